/** The part of the simulator's own API that sends somebody with a phone to an address. */
import { Elysia, t } from 'elysia'
import { personOf } from '../api/pages/person'
import type { Phones } from '../phone/phone'
import { userAgents } from '../phone/user-agents'
import type { VisitOptions } from '../phone/visit'
import type { Pusher } from '../push/pusher'
import { companyNamed } from '../world/installations'
import type { Visitor, World } from '../world/world'
import { jsonBody } from './control-body'

const optionalText = t.Optional(t.String())
const Address = t.String({ pattern: '^https?://', format: 'uri' })

const VisitBody = t.Object({
  url: Address,
  corpid: optionalText,
  userid: optionalText,
  externalUserid: optionalText,
  openid: optionalText,
  userAgent: t.Optional(
    t.String({
      minLength: 1,
      pattern: '^[\\x20-\\x7e]+$',
      description: `${Object.keys(userAgents).join(', ')}, or the whole text.`,
    }),
  ),
  language: t.Optional(t.String({ pattern: '^[\\x20-\\x7e]+$', description: 'Accept-Language.' })),
  referer: t.Optional(Address),
  phone: t.Optional(t.String({ minLength: 1, description: 'Keeps its cookies under this name.' })),
  loseCookies: t.Optional(t.Union([t.Literal(true), t.Literal('once')])),
  askTwice: t.Optional(t.Literal(true)),
  maxRedirects: t.Optional(t.Integer({ minimum: 0, maximum: 15 })),
})

type Body = Omit<VisitOptions, 'visitor'> & Visitor

/** Who holds the phone; null if the body names nobody. */
const visitorIn = (world: World, { corpid, userid, externalUserid, openid }: Body) => {
  if (corpid !== undefined) companyNamed(world, corpid)
  const named = [corpid, userid, externalUserid, openid].some((one) => one !== undefined)
  return named ? { corpid, userid, externalUserid, openid } : world.visitor
}

export const visitRoutes = (parts: { world: World; phones: Phones; pusher: Pusher }) => {
  const { world, phones, pusher } = parts
  return new Elysia({ prefix: '/simulator' })
    .onParse(jsonBody)
    .post('/visits', ({ body }) => phones.visit({ ...body, visitor: visitorIn(world, body) }), {
      body: VisitBody,
    })
    .post(
      '/open-business-url',
      ({ body }) => {
        const visitor = visitorIn(world, body)
        const { company, member } = personOf(world, visitor)
        const url = new URL(body.url)
        const authCode = pusher.openBusinessUrl(company?.corpid ?? '', member?.userid ?? '')
        url.searchParams.set('auth_code', authCode)
        return phones.visit({ userAgent: 'chrome', ...body, url: url.href, visitor })
      },
      { body: VisitBody },
    )
}
