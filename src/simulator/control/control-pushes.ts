/** The part of the simulator's own API that makes WeCom push something. */
import { Elysia, t } from 'elysia'
import { catalogueTypes } from '../catalogue/catalogue'
import type { Pusher } from '../push/pusher'
import type { World } from '../world/world'
import { jsonBody } from './control-body'

const optionalText = t.Optional(t.String())

/** Whom it concerns; left out, the first suite and the first company. */
const whom = { suiteId: optionalText, corpid: optionalText }

const Privilege = t.Object({
  level: t.Integer({ minimum: 1, maximum: 5 }),
  allow_party: t.Array(t.Integer()),
  allow_user: t.Array(t.String()),
  allow_tag: t.Array(t.Integer()),
  extra_party: t.Array(t.Integer()),
  extra_user: t.Array(t.String()),
  extra_tag: t.Array(t.Integer()),
})

const AuthMode = t.Union([t.Literal(0), t.Literal(1)])

const InstallBody = t.Object({
  ...whom,
  from: t.Optional(t.Union([t.Literal('market'), t.Literal('provider')])),
  state: optionalText,
  userid: optionalText,
  authMode: t.Optional(AuthMode),
  privilege: t.Optional(Privilege),
})

const ChangeBody = t.Object({
  ...whom,
  authMode: t.Optional(AuthMode),
  privilege: t.Optional(Privilege),
  status: t.Optional(t.Union([t.Literal('enabled'), t.Literal('disabled'), t.Literal('inactive')])),
})

const PushBody = t.Object({
  ...whom,
  userid: optionalText,
  fields: t.Optional(t.Record(t.String(), t.Any())),
})

const CheckBody = t.Object({
  url: t.String(),
  whose: t.Optional(t.String({ description: 'A suite id, or system. Default: the first suite.' })),
})

const UrlsBody = t.Object({
  suiteId: optionalText,
  commandUrl: optionalText,
  dataUrl: optionalText,
  systemUrl: optionalText,
})

const WhomBody = t.Object(whom)
const SuiteBody = t.Object({ suiteId: optionalText })

export const pushRoutes = ({ world, pusher }: { world: World; pusher: Pusher }) => {
  const suiteOf = (body: { suiteId?: string | undefined }): string =>
    body.suiteId ?? world.suites.keys().next().value ?? ''
  const corpOf = (body: { corpid?: string | undefined }): string =>
    body.corpid ?? world.companies.keys().next().value ?? ''

  return new Elysia({ prefix: '/simulator' })
    .onParse(jsonBody)
    .get('/types', () => ({ items: catalogueTypes }))
    .get('/pushes', () => ({ items: pusher.log() }))
    .put(
      '/urls',
      async ({ body }) => {
        const { suiteId, systemUrl, ...urls } = body
        const checks = await pusher.saveUrls(suiteOf({ suiteId }), urls)
        if (systemUrl === undefined) return checks
        return { ...checks, systemUrl: await pusher.saveSystemUrl(systemUrl) }
      },
      { body: UrlsBody },
    )
    .post('/check-url', ({ body }) => pusher.checkUrl(body.whose ?? suiteOf({}), body.url), {
      body: CheckBody,
    })
    .post('/ticket', ({ body }) => pusher.pushTicket(suiteOf(body)), {
      body: SuiteBody,
    })
    .post(
      '/install',
      ({ body }) => {
        const { suiteId, corpid, ...options } = body
        return pusher.install(suiteOf({ suiteId }), corpOf({ corpid }), options)
      },
      { body: InstallBody },
    )
    .post('/uninstall', ({ body }) => pusher.uninstall(suiteOf(body), corpOf(body)), {
      body: WhomBody,
    })
    .post(
      '/change-auth',
      ({ body }) => {
        const { suiteId, corpid, ...change } = body
        return pusher.changeAuth(suiteOf({ suiteId }), corpOf({ corpid }), change)
      },
      { body: ChangeBody },
    )
    .post(
      '/reset-permanent-code',
      ({ body }) => pusher.resetPermanentCode(suiteOf(body), corpOf(body)),
      { body: WhomBody },
    )
    .post(
      '/message',
      ({ body }) => {
        const { text, from } = body
        return pusher.message(suiteOf(body), corpOf(body), { text, from })
      },
      { body: t.Object({ ...whom, text: t.String(), from: optionalText }) },
    )
    .post('/push/:type', ({ params, body }) => pusher.pushEvent(params.type, body), {
      body: PushBody,
    })
    .post(
      '/business-code',
      ({ body }) => ({ authCode: pusher.openBusinessUrl(body.corpid, body.userid) }),
      { body: t.Object({ corpid: t.String(), userid: t.String() }) },
    )
}
