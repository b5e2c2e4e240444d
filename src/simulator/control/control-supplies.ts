/**
 * What a test needs that in WeCom comes from elsewhere: files of any size, codes that a client on a
 * phone would fetch.
 */
import { Elysia, t } from 'elysia'
import { ServiceError } from '../../errors'
import { companyNamed, suiteNamed } from '../world/installations'
import { addMedia, madeUpContent, mediaTypes } from '../world/media'
import { expiresIn, issue } from '../world/tokens'
import type { MediaFile, World } from '../world/world'
import { jsonBody, oneOf } from './control-body'

const MediaBody = t.Object({
  corpid: t.Union([t.String(), t.Null()], { description: "Null: the provider's own." }),
  type: t.Optional(oneOf(mediaTypes)),
  filename: t.Optional(t.String({ minLength: 1 })),
  size: t.Integer({ minimum: 1, maximum: 2 ** 30 }),
})

/** The codes that a client on a phone gets, or a page of WeCom's. */
const clientCodes = ['oauth_code', 'login_auth_code', 'js_code', 'selected_ticket'] as const

const CodeBody = t.Object({
  kind: oneOf(clientCodes),
  suiteId: t.String(),
  corpid: t.String(),
  userid: t.String(),
})

const described = ({ content, ...file }: MediaFile) => ({ ...file, isKept: content !== null })

export const supplyRoutes = ({ world }: { world: World }) =>
  new Elysia({ prefix: '/simulator' })
    .onParse(jsonBody)
    .get('/media', () => ({ items: [...world.media.values()].map(described) }))
    .post(
      '/media',
      ({ body: { corpid, type, filename = 'made-up.bin', size } }) => {
        const content = madeUpContent(size)
        return described(addMedia(world, { corpid, type: type ?? 'file', filename, ...content }))
      },
      { body: MediaBody },
    )
    .put(
      '/media-limit',
      ({ body }) => {
        world.rules.largestMediaBytes = body.bytes
        return body
      },
      { body: t.Object({ bytes: t.Union([t.Integer({ minimum: 1 }), t.Null()]) }) },
    )
    .post(
      '/code',
      ({ body: { kind, suiteId, corpid, userid } }) => {
        const owner = {
          suiteId: suiteNamed(world, suiteId).suiteId,
          corpid: companyNamed(world, corpid).corpid,
        }
        const code = issue(world, kind, owner, { userid })
        return { code: code.value, expiresIn: expiresIn(world, code) }
      },
      { body: CodeBody },
    )
    .post(
      '/registration',
      ({ body: { registerCode, corpid } }) => {
        const registration = world.registrations.get(registerCode)
        if (!registration) throw new ServiceError('not_found', 'There is no such register_code.')
        registration.corpid = companyNamed(world, corpid).corpid
        registration.finishedAt = world.clock.now()
        return registration
      },
      { body: t.Object({ registerCode: t.String(), corpid: t.String() }) },
    )
