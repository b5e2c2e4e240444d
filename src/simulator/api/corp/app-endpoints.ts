/** The endpoints of one company's app, opened by its `access_token`. No I/O. */

import { visibleMembers } from '../../world/contacts'
import { Refusal } from '../../world/refusals'
import { acceptOf, expiresIn, issueToken } from '../../world/tokens'
import type { World } from '../../world/world'
import {
  type Answer,
  type Endpoints,
  get,
  type InstalledApp,
  ok,
  post,
  withAnyApp,
  withApp,
} from '../call/endpoint'
import { integerIn, needs, text } from '../call/fields'
import { recallMessage, sendMessage, updateCard } from './app-messages'
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

  '/cgi-bin/message/recall': post(
    withApp(needs({ msgid: text() }, ({ msgid }, call, app) => recallMessage(call, app, msgid))),
  ),

  '/cgi-bin/message/update_template_card': post(
    withApp(
      needs({ response_code: text() }, ({ response_code }, call, app) =>
        updateCard(call, app, response_code),
      ),
    ),
  ),

  '/cgi-bin/user/list_selected_ticket_user': post(
    withApp(
      needs({ ticket: text() }, ({ ticket }, { world }, { suite, company, installation }) => {
        const chosen = acceptOf(world, 'selected_ticket', ticket, suite.suiteId)
        if (chosen.corpid !== company.corpid) throw new Refusal(40058)
        const openUserids = visibleMembers(company, installation).map((one) => one.openUserid)
        return {
          ...ok,
          operator_open_userid: chosen.userid ?? '',
          open_userid_list: openUserids,
          unauth_open_userid_list: [],
          total: openUserids.length,
        }
      }),
    ),
  ),

  '/cgi-bin/getcallbackip': get(withApp(() => ({ ...ok, ip_list: callbackIps }))),
  '/cgi-bin/get_api_domain_ip': get(withApp(() => ({ ...ok, ip_list: apiIps }))),
}
