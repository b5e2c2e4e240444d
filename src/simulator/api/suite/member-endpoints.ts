/** The endpoints that tell who a member is, out of the code of a login. No I/O. */

import { isCustomerOf } from '../../world/contacts'
import type { Credential } from '../../world/credentials'
import { currentInstallation, isVisible } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import { acceptOf, consume, expiresIn, issue } from '../../world/tokens'
import type { Company, Member, Suite, World } from '../../world/world'
import {
  type Answer,
  type ApiCall,
  type Endpoints,
  get,
  ok,
  post,
  withApp,
  withProvider,
  withSuite,
} from '../call/endpoint'
import { textIn } from '../call/fields'

interface LoggedIn {
  readonly company: Company
  readonly member: Member
}

/** The member of a login; null for somebody who is none. */
const loggedIn = (world: World, { corpid, userid }: Credential): LoggedIn | null => {
  const company = world.companies.get(corpid ?? '')
  const member = company?.members.find((one) => one.userid === userid)
  return company && member ? { company, member } : null
}

/** A user_ticket is given only to apps that asked for details about a member in their range. */
const userTicket = (world: World, code: Credential, { company, member }: LoggedIn): Answer => {
  const detailed = code.scope === 'snsapi_privateinfo' || code.scope === 'snsapi_userinfo'
  if (!detailed || code.suiteId === null) return {}
  const installation = currentInstallation(world, code.suiteId, company.corpid)
  if (!installation || !isVisible(installation, member)) return {}
  const owner = { suiteId: code.suiteId, corpid: company.corpid }
  const ticket = issue(world, 'user_ticket', owner, { userid: member.userid })
  return { user_ticket: ticket.value, expires_in: expiresIn(world, ticket) }
}

/**
 * Ends the code of a login and finds whom it is about. A login suite takes the codes of 业务设置URL
 * too.
 *
 * @throws {Refusal} 48002 — customised apps ask with their company's token
 */
const codeOf = ({ world, query }: ApiCall, { suiteId, kind }: Suite): Credential => {
  if (kind === 'customised') throw new Refusal(48002)
  const code = query.get('code')
  const isOfConsole = world.credentials.byValue.get(code ?? '')?.kind === 'login_auth_code'
  if (kind === 'login' && isOfConsole) return consume(world, 'login_auth_code', code, null)
  return consume(world, 'oauth_code', code, suiteId)
}

/** Throws 84015 for the ticket of another app or company. */
const memberOfTicket = (
  { world, body }: ApiCall,
  suite: Suite,
  corpid: string | null = null,
): LoggedIn => {
  const ticket = acceptOf(world, 'user_ticket', textIn(body, 'user_ticket', 40058), suite.suiteId)
  const who = loggedIn(world, ticket)
  if (!who || (corpid !== null && who.company.corpid !== corpid)) throw new Refusal(84015)
  return who
}

const shown = { gender: '0', avatar: '', qr_code: '' }

const detailEndpoint = post(
  withSuite((call, suite) => {
    const { company, member } = memberOfTicket(call, suite)
    const { userid } = member
    return { ...ok, corpid: company.corpid, userid, name: userid, ...shown }
  }),
)

const usertypes: Record<Member['role'], number> = { creator: 1, sub_admin: 4, member: 5 }

const loginInfo = (world: World, { company, member }: LoggedIn): Answer => {
  const agents = [...world.suites.keys()]
    .map((suiteId) => currentInstallation(world, suiteId, company.corpid))
    .filter((installation) => installation !== null)
  const manages = member.role !== 'member'
  return {
    ...ok,
    usertype: usertypes[member.role],
    user_info: {
      userid: member.userid,
      open_userid: member.openUserid,
      name: member.userid,
      avatar: '',
    },
    corp_info: { corpid: company.corpid },
    agent: manages ? agents.map(({ agentid }) => ({ agentid, auth_type: 1 })) : [],
    auth_info: { department: manages ? [{ id: 1, writable: member.role === 'creator' }] : [] },
  }
}

export const memberEndpoints: Endpoints = {
  '/cgi-bin/service/auth/getuserinfo3rd': get(
    withSuite((call, suite) => {
      const { world } = call
      const code = codeOf(call, suite)
      const who = loggedIn(world, code)
      if (!who) return { ...ok, openid: code.openid }
      return {
        ...ok,
        corpid: who.company.corpid,
        userid: who.member.userid,
        open_userid: who.member.openUserid,
        ...userTicket(world, code, who),
      }
    }),
  ),

  '/cgi-bin/service/getuserinfo3rd': get(
    withSuite((call, suite) => {
      const { world } = call
      const code = codeOf(call, suite)
      const who = loggedIn(world, code)
      if (!who) return { ...ok, OpenId: code.openid, DeviceId: '' }
      return {
        ...ok,
        CorpId: who.company.corpid,
        UserId: who.member.userid,
        DeviceId: '',
        open_userid: who.member.openUserid,
        ...userTicket(world, code, who),
      }
    }),
  ),

  '/cgi-bin/service/auth/getuserdetail3rd': detailEndpoint,
  '/cgi-bin/service/getuserdetail3rd': detailEndpoint,

  /** The corp's own variant, for codes that were asked for under a corpid. */
  '/cgi-bin/auth/getuserinfo': get(
    withApp(({ world, query }, { suite, company }) => {
      const code = consume(world, 'oauth_code', query.get('code'), suite.suiteId)
      if (code.corpid !== company.corpid) throw new Refusal(40029)
      const who = loggedIn(world, code)
      if (who) return { ...ok, userid: who.member.userid, ...userTicket(world, code, who) }
      const { openid, externalUserid } = code
      if (!isCustomerOf(company, externalUserid)) return { ...ok, openid }
      return { ...ok, openid, external_userid: externalUserid }
    }),
  ),

  '/cgi-bin/auth/getuserdetail': post(
    withApp((call, { suite, company }) => {
      const { member } = memberOfTicket(call, suite, company.corpid)
      return { ...ok, userid: member.userid, ...shown }
    }),
  ),

  '/cgi-bin/service/get_login_info': post(
    withProvider(({ world, body }) => {
      const code = consume(world, 'login_auth_code', textIn(body, 'auth_code', 40058), null)
      const who = loggedIn(world, code)
      if (!who) throw new Refusal(40078)
      return loginInfo(world, who)
    }, 'access_token'),
  ),
}
