/** The provider's own endpoints, and the token of customised apps, which has no suite. No I/O. */
import { dayMs } from '../../../clock'
import { currentInstallation, isAuthorised, requireInUse } from '../../world/installations'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import { expiresIn, issueToken } from '../../world/tokens'
import type { Installation, World } from '../../world/world'
import { type Endpoints, get, ok, post, withoutToken, withProvider } from '../call/endpoint'
import { textIn } from '../call/fields'

/** A customised app's installation by its secret, which is its permanent code. */
const customisedApp = (world: World, corpid: string, secret: string): Installation => {
  for (const { suiteId, kind } of world.suites.values()) {
    if (kind !== 'customised') continue
    const installation = currentInstallation(world, suiteId, corpid)
    if (installation?.permanentCode === secret) return installation
  }
  throw new Refusal(40001)
}

const qrCodeSeconds = (10 * dayMs) / 1000
const mostTemplates = 9

/** @throws {Refusal} 40058 no list of at most nine, 40083 one of them is no template */
const templatesOf = (world: World, templateIds: unknown): readonly string[] => {
  const listed = Array.isArray(templateIds) && templateIds.length > 0
  if (!listed || templateIds.length > mostTemplates) throw new Refusal(40058)
  for (const templateId of templateIds) {
    if (world.suites.get(templateId)?.kind !== 'customised') throw new Refusal(40083)
  }
  return templateIds
}

/** @returns its address */
const newQrLink = (world: World, state: string, templateIds: readonly string[]): string => {
  const { clock, random, qrLinks } = world
  for (const [code, { expiresAt }] of qrLinks) if (expiresAt <= clock.now()) qrLinks.delete(code)
  const code = randomText(random, 43, 'token')
  const url = `https://open.work.weixin.qq.com/customized?code=${code}`
  qrLinks.set(code, { url, state, templateIds, expiresAt: clock.now() + qrCodeSeconds * 1000 })
  return url
}

export const providerEndpoints: Endpoints = {
  '/cgi-bin/gettoken': get(
    withoutToken(({ world, query }) => {
      const corpid = query.get('corpid')
      const secret = query.get('corpsecret')
      if (!corpid) throw new Refusal(41002)
      if (!secret) throw new Refusal(41004)
      if (!world.companies.has(corpid)) throw new Refusal(40013)
      const installation = customisedApp(world, corpid, secret)
      requireInUse(installation)
      const token = issueToken(world, 'access_token', installation)
      return { ...ok, access_token: token.value, expires_in: expiresIn(world, token) }
    }),
  ),

  '/cgi-bin/service/get_provider_token': post(
    withoutToken(({ world, body }) => {
      const corpid = textIn(body, 'corpid', 41002)
      const secret = textIn(body, 'provider_secret', 41024)
      if (corpid !== world.provider.corpid) throw new Refusal(40013)
      if (secret !== world.provider.secret) throw new Refusal(40001)
      const token = issueToken(world, 'provider_access_token', { suiteId: null, corpid: null })
      return { provider_access_token: token.value, expires_in: expiresIn(world, token) }
    }),
  ),

  '/cgi-bin/service/corpid_to_opencorpid': post(
    withProvider(({ world, body }) => {
      const corpid = textIn(body, 'corpid', 41002)
      if (!world.companies.has(corpid)) throw new Refusal(40013)
      if (!isAuthorised(world, corpid)) throw new Refusal(48001)
      return { ...ok, open_corpid: corpid }
    }),
  ),

  /** What scans the QR code opens a page of this simulator's, whatever its host. */
  '/cgi-bin/service/get_customized_auth_url': post(
    withProvider(({ world, body }) => {
      const state = textIn(body, 'state', 40058)
      if (!/^[A-Za-z0-9]{1,32}$/.test(state)) throw new Refusal(84025)
      const templateIds = templatesOf(world, body.templateid_list)
      return { ...ok, qrcode_url: newQrLink(world, state, templateIds), expires_in: qrCodeSeconds }
    }),
  ),
}
