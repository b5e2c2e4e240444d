/** Health and readiness: whether the process lives, and whether a callback could be taken now. */
import { Elysia, t } from 'elysia'
import { type Clock, secondMs } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { Awaited } from '../../suite/operations/awaited'
import type { Waiting } from '../../suite/operations/waiting'
import type { Access } from '../access/access'
import { exampleOf, named } from '../answer/named-schema'
import { publicOperations } from '../answer/operation-detail'
import { unavailable } from '../answer/problem'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'
import { createSharedCheck } from './shared-check'

export const WaitingItem = named(
  'Waiting',
  t.Object({
    code: t.String({ description: 'Stable, for programs.' }),
    detail: t.String(),
    cure: t.String(),
    suite: t.Optional(
      t.String({ description: 'Key of the one suite that waits, where the others work on.' }),
    ),
  }),
  {
    code: 'ip_not_allowed',
    detail: 'WeCom refuses calls from 203.0.113.7 (errcode 60020).',
    cure: 'Enter 203.0.113.7 in 服务商后台 → 服务商信息 → IP白名单.',
  },
)

const Health = named('Health', t.Object({ status: t.Literal('alive') }), { status: 'alive' })

const Readiness = named(
  'Readiness',
  t.Object({
    status: t.Literal('ready'),
    waiting: t.Optional(
      t.Array(WaitingItem, { description: 'What is awaited from outside. With the admin token.' }),
    ),
  }),
  { status: 'ready', waiting: [exampleOf(WaitingItem)] },
)

const operation = publicOperations('Operations')

/** What of these keeps pages from being signed; the others concern callbacks only. */
const signingWaitsFor = [
  'observing',
  'suite',
  'suite_id',
  'suite_secret',
  'suite_ticket',
  'ip_not_allowed',
  'suite_token_refused',
  'wecom_unreachable',
]

const keepsFromSigning = ({ code, suite }: Waiting): boolean =>
  suite === undefined && signingWaitsFor.includes(code)

export interface ReadinessParts {
  readonly access: Pick<Access, 'showsAdminToken'>
  /** Throws store_unavailable while nothing can be kept; anybody may ask, as often as they like. */
  checkWritable(): Promise<void>
  readonly awaited: Awaited
  /** Throws store_unavailable while this machine has no room or a wrong clock. */
  assertFit(): void
  /** Whether the process is going down. */
  leaving(): boolean
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Who sees details: whoever shows the admin token, all, or nobody. Nobody does where operators have
 * a listener of their own: no token is looked at on the other one.
 */
export type ReadinessDetails = 'admin-token' | 'all' | 'nobody'

export const readinessRoutes = (parts: ReadinessParts, details: ReadinessDetails) => {
  const { access, checkWritable, awaited, assertFit, leaving, clock } = parts

  const seesDetails = async (request: Request): Promise<boolean> =>
    details === 'all' || (details === 'admin-token' && (await access.showsAdminToken(request)))

  const assertWritable = async (detailed: boolean) => {
    if (leaving()) throw new ServiceError('shutting_down', 'The service is going down.')
    try {
      assertFit()
      await checkWritable()
    } catch (error) {
      const detail = detailed ? reasonOf(error) : unavailable
      throw new ServiceError('store_unavailable', detail, { retryAfterSeconds: 10 })
    }
  }

  /** Anybody may ask, as often as they like. */
  const whatKeepsFromSigning = createSharedCheck({
    check: async () => (await awaited.list()).find(keepsFromSigning) ?? null,
    keptForMs: secondMs,
    clock,
  })

  const refuseSigning = (
    blocking: Waiting,
    detail: string,
    extra: { waiting?: Waiting[] },
  ): never => {
    throw new ServiceError(
      blocking.code === 'suite_ticket' ? 'suite_ticket_missing' : 'suite_not_configured',
      detail,
      { retryAfterSeconds: 60, extra },
    )
  }

  const routes = new Elysia()
    .get('/healthz', () => ({ status: 'alive' as const }), {
      response: { 200: Health },
      detail: operation('getHealth', 'Whether the process lives'),
    })
    .get(
      '/readyz',
      async ({ query, request }) => {
        const detailed = await seesDetails(request)
        await assertWritable(detailed)
        const forSigning = query.for === 'signing'
        if (!detailed) {
          const blocking = forSigning ? await whatKeepsFromSigning() : null
          if (blocking) refuseSigning(blocking, 'Something is awaited from outside.', {})
          return { status: 'ready' as const }
        }
        const waiting = await awaited.list()
        const blocking = forSigning ? waiting.find(keepsFromSigning) : null
        if (blocking) refuseSigning(blocking, blocking.detail, { waiting })
        return { status: 'ready' as const, waiting }
      },
      {
        query: t.Object({
          for: t.Optional(
            t.Literal('signing', { description: 'Also ask whether pages could be signed.' }),
          ),
        }),
        response: {
          200: Readiness,
          ...problems(
            'invalid_request',
            'store_unavailable',
            'shutting_down',
            'suite_ticket_missing',
            'suite_not_configured',
          ),
        },
        detail: operation(
          'getReadiness',
          'Whether a callback could be taken now',
          '503 only while a callback could not be taken: starting, store not writable, going down. What is awaited from outside is 200 with `waiting`.',
        ),
      },
    )

  // Who may see details is judged here: what is said to the others names nothing of the inside.
  return routeGroup({ audience: 'operator' }, routes)
}
