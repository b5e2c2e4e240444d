/** WeCom's pages that send a member back with a code. No I/O. */
import { currentInstallation } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import { expiresIn, issue } from '../../world/tokens'
import type { Suite, World } from '../../world/world'
import {
  backTo,
  type Opened,
  type Page,
  redirectUri,
  requireTrusted,
  stateOf,
  suiteOf,
} from './page'

const scopes = new Set(['snsapi_base', 'snsapi_privateinfo', 'snsapi_userinfo'])

/** Whose login it is: an app's, for one company alone where the link names it. */
interface LoginApp {
  readonly suite: Suite
  readonly corpid: string | null
}

/**
 * A company's app by the agentid of the link.
 *
 * @throws {Refusal} 41011 the scope asks for details and the agentid is missing, 40056 no such app
 */
const appOfCompany = (world: World, corpid: string, query: URLSearchParams): LoginApp => {
  const agentid = query.get('agentid')
  if (!agentid && query.get('scope') === 'snsapi_privateinfo') throw new Refusal(41011)
  for (const suite of world.suites.values()) {
    const installation = currentInstallation(world, suite.suiteId, corpid)
    if (installation && String(installation.agentid) === agentid) return { suite, corpid }
  }
  throw new Refusal(40056)
}

/** @throws {Refusal} 40083 — none that logs in by its own id, as customised apps may not */
const appOfSuite = (world: World, suiteId: string | null, kind: Suite['kind']): LoginApp => {
  const suite = suiteOf(world, suiteId)
  if (suite.kind !== kind) throw new Refusal(40083)
  return { suite, corpid: null }
}

/** The end of a login: whoever isn't in the company that the link names counts as an outsider. */
const backWithCode = ({ world, query, person }: Opened, app: LoginApp, scope: string | null) => {
  const url = redirectUri(query)
  const state = stateOf(query)
  requireTrusted(app.suite, url)
  const corpid = app.corpid ?? person.company?.corpid ?? null
  const isMember = person.company?.corpid === corpid
  const code = issue(
    world,
    'oauth_code',
    { suiteId: app.suite.suiteId, corpid },
    {
      userid: isMember ? person.member?.userid : null,
      openid: person.openid,
      externalUserid: person.externalUserid,
      scope,
    },
  )
  return backTo(url, { code: code.value, state })
}

/** `/connect/oauth2/authorize`: login inside WeCom's client. */
export const oauth: Page = (opened) => {
  const { world, query } = opened
  const scope = query.get('scope') ?? ''
  if (query.get('response_type') !== 'code' || !scopes.has(scope)) throw new Refusal(40035)
  const appid = query.get('appid') ?? ''
  const app = world.companies.has(appid)
    ? appOfCompany(world, appid, query)
    : appOfSuite(world, appid, 'app')
  return backWithCode(opened, app, scope)
}

/** `/wwlogin/sso/login`: login in any browser, through the login suite or into a company's app. */
export const webLogin: Page = (opened) => {
  const { world, query } = opened
  const appid = query.get('appid')
  switch (query.get('login_type')) {
    case 'ServiceApp':
      return backWithCode(opened, appOfSuite(world, appid, 'login'), null)
    case 'CorpApp': {
      if (!appid || !world.companies.has(appid)) throw new Refusal(40013)
      const app = appOfCompany(world, appid, query)
      if (app.suite.kind !== 'customised') throw new Refusal(40056)
      return backWithCode(opened, app, null)
    }
    default:
      throw new Refusal(40035)
  }
}

/** `/wwopen/sso/3rd_qrConnect`: the older web login, under the provider's corpid. */
export const qrLogin: Page = ({ world, query, person }) => {
  if (query.get('appid') !== world.provider.corpid) throw new Refusal(40013)
  const url = redirectUri(query)
  const state = stateOf(query)
  const isTrusted = [...world.suites.values()].some(({ trustedDomains }) =>
    trustedDomains.includes(url.host),
  )
  if (!isTrusted) throw new Refusal(50001)
  const { company, member } = person
  if (!company || !member) throw new Refusal(60111)
  const owner = { suiteId: null, corpid: company.corpid }
  const code = issue(world, 'login_auth_code', owner, { userid: member.userid })
  return backTo(url, { auth_code: code.value, expires_in: String(expiresIn(world, code)), state })
}
