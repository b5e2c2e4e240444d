/** The endpoints of one company's app, opened by its `access_token`. No I/O. */

import { isVisible } from '../world/installations'
import { Refusal } from '../world/refusals'
import { expiresIn, issueToken } from '../world/tokens'
import type { Member, World } from '../world/world'
import { sendMessage } from './app-messages'
import {
  type Answer,
  type Endpoints,
  get,
  type InstalledApp,
  ok,
  post,
  withAnyApp,
  withApp,
} from './endpoint'
import { integerIn } from './fields'
import { countTicketFetch } from './ticket-limit'

/** Documentation addresses (RFC 5737), one with WeCom's wildcard. */
const callbackIps = ['198.51.100.10', '198.51.100.11', '198.51.101.*']
const apiIps = ['192.0.2.20', '192.0.2.21']

const ticket = (
  world: World,
  kind: 'jsapi_ticket' | 'agent_ticket',
  { installation }: InstalledApp,
): Answer => {
  countTicketFetch(world, kind, installation)
  const issued = issueToken(world, kind, installation)
  return { ...ok, ticket: issued.value, expires_in: expiresIn(world, issued) }
}

const agent = ({ suite, installation }: InstalledApp, agentid: number): Answer => {
  if (agentid !== installation.agentid) throw new Refusal(40056)
  const { privilege, status } = installation
  return {
    ...ok,
    agentid,
    name: suite.name,
    square_logo_url: '',
    description: '',
    allow_userinfos: { user: privilege.allow_user.map((userid) => ({ userid })) },
    allow_partys: { partyid: privilege.allow_party },
    allow_tags: { tagid: privilege.allow_tag },
    close: status === 'enabled' ? 0 : 1,
    redirect_domain: suite.trustedDomains[0] ?? '',
    report_location_flag: 0,
    isreportenter: 0,
    home_url: '',
  }
}

/** Third-party apps get the userid in place of the name. */
const profile = ({ userid, openUserid, departments }: Member): Answer => ({
  userid,
  name: userid,
  department: departments,
  open_userid: openUserid,
})

const openUserids = ({ company }: InstalledApp, useridList: unknown): Answer => {
  const strings = Array.isArray(useridList) && useridList.every((id) => typeof id === 'string')
  if (!strings || useridList.length === 0 || useridList.length > 1000) throw new Refusal(40058)
  const userids: string[] = useridList
  const known = company.members.filter(({ userid }) => userids.includes(userid))
  return {
    ...ok,
    open_userid_list: known.map(({ userid, openUserid }) => ({ userid, open_userid: openUserid })),
    invalid_userid_list: userids.filter((id) => !known.some(({ userid }) => userid === id)),
  }
}

export const appEndpoints: Endpoints = {
  '/cgi-bin/get_jsapi_ticket': get(withApp(({ world }, app) => ticket(world, 'jsapi_ticket', app))),

  '/cgi-bin/ticket/get': get(
    withApp(({ world, query }, app) => {
      if (query.get('type') !== 'agent_config') throw new Refusal(40058)
      return ticket(world, 'agent_ticket', app)
    }),
  ),

  '/cgi-bin/agent/get': get(
    withAnyApp(({ query }, app) =>
      agent(app, integerIn({ agentid: query.get('agentid') }, 'agentid', 41011)),
    ),
  ),

  '/cgi-bin/agent/get_permissions': post(
    withApp((_, { suite }) => ({ ...ok, app_permissions: suite.permissions })),
  ),

  '/cgi-bin/message/send': post(withApp(sendMessage)),

  '/cgi-bin/user/get': get(
    withApp(({ query }, { company, installation }) => {
      const member = company.members.find(({ userid }) => userid === query.get('userid'))
      if (!member) throw new Refusal(60111)
      if (!isVisible(installation, member)) throw new Refusal(60011)
      return { ...ok, ...profile(member) }
    }),
  ),

  '/cgi-bin/user/simplelist': get(
    withApp(({ query }, { company, installation }) => {
      const department = integerIn({ id: query.get('department_id') }, 'id', 40058)
      const userlist = company.members
        .filter(({ departments }) => department === 1 || departments.includes(department))
        .filter((member) => isVisible(installation, member))
      return { ...ok, userlist: userlist.map(profile) }
    }),
  ),

  '/cgi-bin/batch/userid_to_openuserid': post(
    withApp(({ body }, app) => openUserids(app, body.userid_list)),
  ),

  '/cgi-bin/getcallbackip': get(withApp(() => ({ ...ok, ip_list: callbackIps }))),
  '/cgi-bin/get_api_domain_ip': get(withApp(() => ({ ...ok, ip_list: apiIps }))),
}
