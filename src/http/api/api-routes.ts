/** `/api`: everything behind the admin token. */
import { Elysia, t } from 'elysia'
import type { ReadStatus } from '../../suite/operations/status'
import { problems } from '../answer/problem'
import { routeGroup } from '../answer/route-group'
import { WaitingItem } from '../operations/readiness'
import type { AdminTokenCheck } from '../request/admin-token'
import { createQueryJudge } from '../request/known-query'
import { corpCallbackRoutes } from './corp-callback'
import { type CorpRoutesParts, corpRoutes } from './corps'
import { eventRoutes } from './events'
import { exportRoutes } from './export'
import { importRoutes } from './import'
import { providerRoutes } from './provider'
import { refusedCallbackRoutes } from './refused-callbacks'
import { setupRoutes } from './setup'

const age = (description: string) => t.Union([t.Integer(), t.Null()], { description })
const count = t.Integer({ minimum: 0 })

const Status = t.Object({
  version: t.String(),
  startedAt: t.Integer({ description: 'Epoch milliseconds.' }),
  suites: t.Array(
    t.Object({
      key: t.String(),
      kind: t.String({ description: '`app`, `customised` or `login`.' }),
      suiteId: t.Union([t.String(), t.Null()]),
      ticketReceivedAt: age('Epoch milliseconds; null until one was pushed.'),
      ticketAgeSeconds: age('More than 1800 is a warning.'),
      accessTokenExpiresAt: age('Epoch milliseconds; null if none is held.'),
      previousPairUsedAt: age('When WeCom last used the Token of before a rotation, epoch ms.'),
      corps: t.Object({
        authorized: count,
        suspended: count,
        invalid: count,
        cancelled: count,
      }),
    }),
  ),
  events: t.Object({
    pending: count,
    done: count,
    dead: count,
    oldestPendingAt: age('Epoch milliseconds; null if nothing is pending.'),
  }),
  waiting: t.Array(WaitingItem),
  backup: t.Union(
    [
      t.Object({
        lastAt: age('When the last whole one was made. Epoch milliseconds; null if there is none.'),
        lastError: t.Union([t.String(), t.Null()], { description: 'Why the last try failed.' }),
      }),
      t.Null(),
    ],
    { description: 'The daily snapshots; null without SUITED_BACKUP_DIR.' },
  ),
  refusals: t.Array(
    t.Object({
      errcode: t.Integer({ examples: [701008] }),
      count,
      lastAt: t.Integer({ description: 'Epoch milliseconds.' }),
      meaning: t.Union([t.String(), t.Null()], { description: 'In words, where it is known.' }),
    }),
    { description: 'How often WeCom refused calls of suited’s own since the start.' },
  ),
  unreadable: t.Object(
    {
      count,
      documents: t.Array(
        t.Object({
          suiteId: t.String(),
          corpid: t.Union([t.String(), t.Null()], {
            description: 'Null: the suite’s own, with its ticket.',
          }),
          file: t.String({ description: 'Path below the data folder.' }),
          problem: t.String(),
          copy: t.Union([t.String(), t.Null()], {
            description: 'The last good copy; null if there is none.',
          }),
        }),
        { description: 'The first 20.' },
      ),
    },
    { description: 'Damaged documents: what each describes is not served until it is mended.' },
  ),
  jobs: t.Array(
    t.Object({
      name: t.String(),
      everyMs: t.Integer({ description: 'From the end of one run to the begin of the next.' }),
      lastSuccessAt: age('Epoch milliseconds; null until a run succeeds.'),
      lastError: t.Union([t.String(), t.Null()], {
        description: 'Why the last run failed; null if it succeeded.',
      }),
      lastErrorAt: age('When a run last failed. Epoch milliseconds; null if none did.'),
      durationMs: age('How long the last run took; null before it.'),
    }),
    { description: 'What suited does again and again in the background.' },
  ),
  warnings: t.Array(t.String()),
})

export const apiRoutes = (
  parts: { adminTokenCheck: AdminTokenCheck; readStatus: ReadStatus } & CorpRoutesParts &
    Parameters<typeof eventRoutes>[0] &
    Parameters<typeof corpCallbackRoutes>[0] &
    Parameters<typeof setupRoutes>[0] &
    Parameters<typeof refusedCallbackRoutes>[0] &
    Parameters<typeof exportRoutes>[0] &
    Parameters<typeof importRoutes>[0] &
    Parameters<typeof providerRoutes>[0],
) => {
  const { adminTokenCheck, readStatus } = parts
  const refuseUnknownQuery = createQueryJudge(() => api.routes)
  const api = new Elysia({ prefix: '/api' })
    .onTransform(({ request, route }) => {
      adminTokenCheck.require(request)
      refuseUnknownQuery(request, route)
    })
    .get('/status', () => readStatus(), {
      response: { 200: Status, ...problems(401, 403, 503) },
      detail: {
        tags: ['Operations'],
        summary: 'How the service stands',
        security: [{ adminToken: [] }],
      },
    })
    .use(corpRoutes(parts))
    .use(corpCallbackRoutes(parts))
    .use(eventRoutes(parts))
    .use(setupRoutes(parts))
    .use(refusedCallbackRoutes(parts))
    .use(providerRoutes(parts))
    .use(exportRoutes(parts))
    .use(importRoutes(parts))
  return routeGroup({ audience: 'operator' }, api)
}
