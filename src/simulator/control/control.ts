/**
 * The simulator's own API under `/simulator`: looking at the world, changing it, and switching
 * faults on. It is for whoever develops against the simulator and asks for no key.
 */
import { Elysia, t } from 'elysia'
import type { Calls } from '../faults/calls'
import { type Faults, garbageKinds } from '../faults/faults'
import { addCompany, addSuite } from '../world/create-world'
import { credentialKinds } from '../world/credentials'
import { companyNamed, suiteNamed } from '../world/installations'
import { acceptsSignature } from '../world/jssdk'
import { killTokens } from '../world/tokens'
import type { World } from '../world/world'
import { jsonBody, oneOf } from './control-body'

const optionalText = t.Optional(t.String())

const FaultBody = t.Object({
  path: t.String({ minLength: 1, description: 'A path, or the beginning of one followed by *.' }),
  suiteId: optionalText,
  corpid: optionalText,
  errcode: t.Optional(t.Integer()),
  status: t.Optional(t.Integer({ minimum: 200, maximum: 599 })),
  delayMs: t.Optional(t.Integer({ minimum: 0 })),
  hang: t.Optional(t.Boolean()),
  reset: t.Optional(t.Boolean()),
  afterBytes: t.Optional(t.Integer({ minimum: 1 })),
  endsToken: t.Optional(oneOf(['invalid', 'expired'])),
  garbage: t.Optional(oneOf(garbageKinds)),
  change: t.Optional(t.Record(t.String(), t.Any())),
  afterEffect: t.Optional(t.Boolean()),
  times: t.Optional(t.Integer({ minimum: 1 })),
  forMs: t.Optional(t.Integer({ minimum: 1 })),
  untilAt: t.Optional(t.Integer({ description: 'Epoch milliseconds.' })),
})

const CallQuery = t.Object({
  path: optionalText,
  method: optionalText,
  suiteId: optionalText,
  corpid: optionalText,
  errcode: t.Optional(t.Integer()),
  since: t.Optional(t.Integer({ description: 'Epoch milliseconds.' })),
})

const SuiteBody = t.Object({
  suiteId: optionalText,
  kind: t.Optional(oneOf(['app', 'customised', 'login'])),
  name: optionalText,
  suiteSecret: optionalText,
  token: t.Optional(t.String({ pattern: '^[A-Za-z0-9]{1,32}$' })),
  encodingAesKey: t.Optional(t.String({ pattern: '^[A-Za-z0-9]{43}$' })),
  trustedDomains: t.Optional(t.Array(t.String())),
  installDomains: t.Optional(t.Array(t.String())),
  receiveIdEmpty: t.Optional(t.Boolean()),
})

const SuiteChange = t.Pick(SuiteBody, [
  'name',
  'trustedDomains',
  'installDomains',
  'receiveIdEmpty',
])

const CompanyBody = t.Object({
  corpid: optionalText,
  name: optionalText,
  members: t.Optional(
    t.Array(
      t.Object({
        userid: optionalText,
        openUserid: optionalText,
        name: optionalText,
        role: t.Optional(oneOf(['creator', 'sub_admin', 'member'])),
        departments: t.Optional(t.Array(t.Integer())),
      }),
    ),
  ),
})

const VisitorBody = t.Object({
  corpid: optionalText,
  userid: optionalText,
  externalUserid: optionalText,
  openid: optionalText,
})

const SignatureBody = t.Object({
  suiteId: t.String(),
  corpid: t.String(),
  type: oneOf(['config', 'agent_config']),
  url: t.String(),
  timestamp: t.Union([t.Integer(), t.String()]),
  nonceStr: t.String(),
  signature: t.String(),
  agentid: t.Optional(t.Integer()),
})

const KillBody = t.Object({
  suiteId: optionalText,
  corpid: optionalText,
  kind: t.Optional(oneOf(credentialKinds)),
  as: t.Optional(oneOf(['invalid', 'expired'])),
})

/** All that is known of the world; its secrets too, since they open nothing real. */
const stateOf = (world: World) => ({
  now: world.clock.now(),
  rules: world.rules,
  provider: world.provider,
  suites: [...world.suites.values()],
  companies: [...world.companies.values()],
  installations: [...world.installations.values()].flat(),
  visitor: world.visitor,
})

export const controlRoutes = (parts: { world: World; calls: Calls; faults: Faults }) => {
  const { world, calls, faults } = parts
  return new Elysia({ prefix: '/simulator' })
    .onParse(jsonBody)
    .get('/state', () => stateOf(world))
    .get(
      '/calls',
      ({ query }) => {
        const items = calls.list(query)
        return { count: items.length, items }
      },
      { query: CallQuery },
    )
    .delete('/calls', () => {
      calls.clear()
      return { ok: true }
    })
    .get('/faults', () => ({ items: faults.list() }))
    .post('/faults', ({ body }) => faults.add(body), { body: FaultBody })
    .delete('/faults', () => {
      faults.clear()
      return { ok: true }
    })
    .delete('/faults/:id', ({ params }) => ({ ok: faults.remove(params.id) }), {
      params: t.Object({ id: t.Integer() }),
    })
    .put(
      '/clock',
      ({ body }) => {
        world.rules.clockAheadMs = body.aheadMs
        return body
      },
      { body: t.Object({ aheadMs: t.Integer({ description: 'Negative: behind.' }) }) },
    )
    .get('/messages', () => ({ items: world.sentMessages }))
    .post('/suites', ({ body }) => addSuite(world, body), { body: SuiteBody })
    .patch(
      '/suites/:suiteId',
      ({ params, body }) => Object.assign(suiteNamed(world, params.suiteId), body),
      { body: SuiteChange },
    )
    .post('/companies', ({ body }) => addCompany(world, body), { body: CompanyBody })
    .put(
      '/visitor',
      ({ body }) => {
        if (body.corpid !== undefined) companyNamed(world, body.corpid)
        world.visitor = body
        return body
      },
      { body: VisitorBody },
    )
    .get('/qr-links', () => ({ items: [...world.qrLinks.values()] }))
    .post('/kill-tokens', ({ body }) => ({ killed: killTokens(world, body) }), {
      body: KillBody,
    })
    .post('/check-signature', ({ body }) => acceptsSignature(world, body), {
      body: SignatureBody,
    })
}
