/**
 * WeCom's pages in the browser: the install page and the logins. The visitor of the world is
 * signed in already and consents at once, so each page is one redirect. No I/O.
 */

import { authorize, currentInstallation } from '../world/installations'
import { Refusal } from '../world/refusals'
import { consume, expiresIn, issue } from '../world/tokens'
import type { Suite, World } from '../world/world'
import type { Arrived } from './api'
import { notFoundReply, pageReply, type Reply, redirectReply } from './call/reply'

const scopes = new Set(['snsapi_base', 'snsapi_privateinfo', 'snsapi_userinfo'])

/** @throws {Refusal} 40058 — no absolute http(s) address */
const redirectUri = (query: URLSearchParams): URL => {
  const url = URL.parse(query.get('redirect_uri') ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) throw new Refusal(40058)
  return url
}

/** @throws {Refusal} 84025 — state has other characters, or more than 128 */
const stateOf = (query: URLSearchParams): string => {
  const state = query.get('state') ?? ''
  if (!/^[A-Za-z0-9]{0,128}$/.test(state)) throw new Refusal(84025)
  return state
}

const backTo = (url: URL, parameters: Readonly<Record<string, string>>): Reply => {
  const target = new URL(url)
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  return redirectReply(target.href)
}

const suiteOf = (world: World, suiteId: string | null): Suite => {
  const suite = world.suites.get(suiteId ?? '')
  if (!suite) throw new Refusal(40083)
  return suite
}

const requireTrusted = (suite: Suite, url: URL): void => {
  if (!suite.trustedDomains.includes(url.host)) throw new Refusal(50001)
}

const isBelow = (domain: string, url: URL): boolean =>
  url.host === domain || url.hostname === domain || url.hostname.endsWith(`.${domain}`)

/** The signed-in company; without a visitor it is the first one and its first member. */
const visitorOf = (world: World): { corpid: string; userid: string; isAdmin: boolean } => {
  const [first] = world.companies.values()
  const corpid = world.visitor?.corpid ?? first?.corpid ?? ''
  const company = world.companies.get(corpid)
  const userid = world.visitor?.userid ?? company?.members[0]?.userid ?? ''
  const member = company?.members.find((one) => one.userid === userid)
  return { corpid, userid, isAdmin: member !== undefined && member.role !== 'member' }
}

type Page = (world: World, query: URLSearchParams) => Reply

/** `/3rdapp/install`: whoever is no admin installs for themselves, as member authorisation does. */
const install: Page = (world, query) => {
  const suite = suiteOf(world, query.get('suite_id'))
  const url = redirectUri(query)
  const state = stateOf(query)
  if (!suite.installDomains.some((domain) => isBelow(domain, url))) throw new Refusal(50001)
  const { corpid, userid, isAdmin } = visitorOf(world)
  consume(world, 'pre_auth_code', query.get('pre_auth_code'), suite.suiteId)
  const { authCode } = authorize(world, suite.suiteId, corpid, {
    userid,
    authMode: isAdmin ? 0 : 1,
  })
  const expires_in = String(expiresIn(world, authCode))
  return backTo(url, { auth_code: authCode.value, expires_in, state })
}

/** The suite of an OAuth link, which names it, or a company and its agentid. */
const suiteOfAppid = (world: World, query: URLSearchParams): Suite => {
  const appid = query.get('appid') ?? ''
  if (!world.companies.has(appid)) return suiteOf(world, appid)
  const agentid = Number(query.get('agentid'))
  for (const suite of world.suites.values()) {
    if (currentInstallation(world, suite.suiteId, appid)?.agentid === agentid) return suite
  }
  throw new Refusal(40056)
}

/** `/connect/oauth2/authorize`: login inside WeCom's client. */
const oauth: Page = (world, query) => {
  const suite = suiteOfAppid(world, query)
  const url = redirectUri(query)
  const state = stateOf(query)
  const scope = query.get('scope') ?? ''
  if (query.get('response_type') !== 'code' || !scopes.has(scope)) throw new Refusal(40035)
  requireTrusted(suite, url)
  const { corpid, userid } = visitorOf(world)
  const code = issue(world, 'oauth_code', { suiteId: suite.suiteId, corpid }, { userid, scope })
  return backTo(url, { code: code.value, state })
}

/** `/wwlogin/sso/login`: login in any browser, through the login suite. */
const webLogin: Page = (world, query) => {
  const suite = suiteOf(world, query.get('appid'))
  if (suite.kind !== 'login' || query.get('login_type') !== 'ServiceApp') throw new Refusal(40035)
  const url = redirectUri(query)
  const state = stateOf(query)
  requireTrusted(suite, url)
  const { corpid, userid } = visitorOf(world)
  const code = issue(world, 'oauth_code', { suiteId: suite.suiteId, corpid }, { userid })
  return backTo(url, { code: code.value, state })
}

/** `/wwopen/sso/3rd_qrConnect`: the older web login, under the provider's corpid. */
const qrLogin: Page = (world, query) => {
  if (query.get('appid') !== world.provider.corpid) throw new Refusal(40013)
  const url = redirectUri(query)
  const state = stateOf(query)
  const { corpid, userid } = visitorOf(world)
  const code = issue(world, 'login_auth_code', { suiteId: null, corpid }, { userid })
  return backTo(url, { auth_code: code.value, expires_in: String(expiresIn(world, code)), state })
}

const pages: ReadonlyMap<string, Page> = new Map([
  ['/3rdapp/install', install],
  ['/connect/oauth2/authorize', oauth],
  ['/wwlogin/sso/login', webLogin],
  ['/wwopen/sso/3rd_qrConnect', qrLogin],
])

export const pagePaths: readonly string[] = [...pages.keys()]

/** What a page of WeCom's answers: a redirect, or a page that names what is wrong. */
export const answerPage = (world: World, { path, query }: Arrived): Reply => {
  const page = pages.get(path)
  if (!page) return notFoundReply()
  try {
    return page(world, query)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return pageReply({ title: String(error.errcode), text: error.message }, error.errcode)
  }
}
