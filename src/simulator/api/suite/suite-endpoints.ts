/** The endpoints around a suite's own token: tickets, install codes, permanent codes. No I/O. */

import { acceptPermanentCode, currentInstallation, requireInUse } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import { acceptOf, consume, expiresIn, issue, issueToken } from '../../world/tokens'
import type { Company, Installation, Member, Suite, World } from '../../world/world'
import {
  type Answer,
  type Endpoints,
  get,
  ok,
  post,
  withoutToken,
  withSuite,
} from '../call/endpoint'
import { integerIn, textIn } from '../call/fields'
import { authCorpInfo, authInfo, authUserInfo, editionAndDealer, installerOf } from './auth-info'

const companyOf = (world: World, corpid: string | null): Company => {
  const company = world.companies.get(corpid ?? '')
  if (!company) throw new Refusal(40013)
  return company
}

/** Ends the auth_code and finds what it stands for. */
const exchange = (
  world: World,
  suite: Suite,
  authCode: string,
): { company: Company; installation: Installation; installer: Member | null } => {
  const { corpid } = consume(world, 'auth_code', authCode, suite.suiteId)
  const company = companyOf(world, corpid)
  const installation = currentInstallation(world, suite.suiteId, company.corpid)
  if (!installation) throw new Refusal(40078)
  return { company, installation, installer: installerOf(company, installation) }
}

const oldPermanentCode = (world: World, suite: Suite, authCode: string): Answer => {
  const { company, installation, installer } = exchange(world, suite, authCode)
  const tokenless = suite.kind === 'customised'
  const token = tokenless ? null : issueToken(world, 'access_token', installation)
  return {
    ...(token && { access_token: token.value, expires_in: expiresIn(world, token) }),
    permanent_code: installation.permanentCode,
    auth_corp_info: authCorpInfo(company, installation, 1),
    auth_info: authInfo(suite, installation),
    ...(installer && { auth_user_info: authUserInfo(installer) }),
    ...editionAndDealer(installation),
  }
}

const newPermanentCode = (world: World, suite: Suite, authCode: string): Answer => {
  const { company, installation, installer } = exchange(world, suite, authCode)
  return {
    ...ok,
    permanent_code: installation.permanentCode,
    auth_corp_info: { corpid: company.corpid, corp_name: company.name },
    ...(installer && { auth_user_info: authUserInfo(installer) }),
    ...(suite.kind === 'customised' && installation.state && { state: installation.state }),
  }
}

const permanentCodeHolder = (
  world: World,
  suite: Suite,
  body: Readonly<Record<string, unknown>>,
): { company: Company; installation: Installation } => {
  const corpid = textIn(body, 'auth_corpid', 41002)
  const permanentCode = textIn(body, 'permanent_code', 41025)
  const installation = acceptPermanentCode(world, suite.suiteId, corpid, permanentCode)
  return { company: companyOf(world, corpid), installation }
}

const authInfoEndpoint = (version: 1 | 2) =>
  post(
    withSuite(({ world, body }, suite) => {
      const { company, installation } = permanentCodeHolder(world, suite, body)
      return {
        ...ok,
        auth_corp_info: authCorpInfo(company, installation, version),
        auth_info: authInfo(suite, installation),
        ...editionAndDealer(installation),
      }
    }),
  )

/** Who manages the app: 1 may manage it, 0 only gets its messages. */
const adminsOf = (company: Company, { authMode }: Installation): Answer[] =>
  company.members
    .filter(({ role }) => role === 'sub_admin' || (role === 'creator' && authMode === 0))
    .map(({ userid, openUserid }) => ({ userid, open_userid: openUserid, auth_type: 1 }))

export const suiteEndpoints: Endpoints = {
  '/cgi-bin/service/get_suite_token': post(
    withoutToken(({ world, body }) => {
      const suiteId = textIn(body, 'suite_id', 41021)
      const suiteSecret = textIn(body, 'suite_secret', 41024)
      const suiteTicket = textIn(body, 'suite_ticket', 41023)
      const suite = world.suites.get(suiteId)
      if (!suite) throw new Refusal(40083)
      if (suite.suiteSecret !== suiteSecret) throw new Refusal(40080)
      acceptOf(world, 'suite_ticket', suiteTicket, suiteId)
      const token = issueToken(world, 'suite_access_token', { suiteId, corpid: null })
      return { suite_access_token: token.value, expires_in: expiresIn(world, token) }
    }),
  ),

  '/cgi-bin/service/get_pre_auth_code': get(
    withSuite(({ world }, { suiteId }) => {
      const code = issue(world, 'pre_auth_code', { suiteId, corpid: null })
      return { ...ok, pre_auth_code: code.value, expires_in: expiresIn(world, code) }
    }),
  ),

  '/cgi-bin/service/set_session_info': post(
    withSuite(({ world, body }, { suiteId }) => {
      const preAuthCode = textIn(body, 'pre_auth_code', 40058)
      const credential = acceptOf(world, 'pre_auth_code', preAuthCode, suiteId)
      const session = body.session_info
      if (typeof session !== 'object' || session === null) throw new Refusal(40058)
      const authType = 'auth_type' in session ? session.auth_type : 0
      if (authType !== 0 && authType !== 1) throw new Refusal(40058)
      credential.isTest = authType === 1
      return ok
    }),
  ),

  '/cgi-bin/service/get_permanent_code': post(
    withSuite(({ world, body }, suite) =>
      oldPermanentCode(world, suite, textIn(body, 'auth_code', 40058)),
    ),
  ),

  '/cgi-bin/service/v2/get_permanent_code': post(
    withSuite(({ world, body }, suite) =>
      newPermanentCode(world, suite, textIn(body, 'auth_code', 40058)),
    ),
  ),

  '/cgi-bin/service/get_auth_info': authInfoEndpoint(1),
  '/cgi-bin/service/v2/get_auth_info': authInfoEndpoint(2),

  '/cgi-bin/service/get_corp_token': post(
    withSuite(({ world, body }, suite) => {
      if (suite.kind === 'customised') throw new Refusal(48002)
      const { installation } = permanentCodeHolder(world, suite, body)
      requireInUse(installation)
      const token = issueToken(world, 'access_token', installation)
      return { access_token: token.value, expires_in: expiresIn(world, token) }
    }),
  ),

  '/cgi-bin/service/get_admin_list': post(
    withSuite(({ world, body }, { suiteId }) => {
      const company = companyOf(world, textIn(body, 'auth_corpid', 41002))
      const agentid = integerIn(body, 'agentid', 41011)
      const installation = currentInstallation(world, suiteId, company.corpid)
      if (!installation) throw new Refusal(48004)
      if (installation.agentid !== agentid) throw new Refusal(40056)
      return { ...ok, admin: adminsOf(company, installation) }
    }),
  ),
}
