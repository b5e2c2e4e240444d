/**
 * A company's customers, for apps that were allowed to see them, and their ids in other forms. No
 * I/O.
 */

import { type Customer, customersOf } from '../../world/contacts'
import { isVisible } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import {
  type Answer,
  type Endpoints,
  get,
  type InstalledApp,
  ok,
  post,
  withApp,
} from '../call/endpoint'
import { integer, needs, text, texts } from '../call/fields'

/** What `permissions` of a suite name where its apps may see customers. */
const permission = 'externalcontact:contact:base:base'

/** Those whose member is in the app's range. Throws 48002 for apps that may see none. */
const visibleCustomers = ({ suite, company, installation }: InstalledApp): readonly Customer[] => {
  if (!suite.permissions.includes(permission)) throw new Refusal(48002)
  return customersOf(company).filter(({ follower }) => isVisible(installation, follower))
}

const profile = ({ externalUserid, name }: Customer): Answer => ({
  external_userid: externalUserid,
  name,
  type: 1,
  gender: 0,
  avatar: '',
})

const follower = ({ follower: { userid } }: Customer): Answer => ({
  userid,
  remark: '',
  description: '',
  createtime: 0,
  tag_id: [],
  add_way: 1,
})

/** An endpoint that gives the newer form of ids: the same id, since ids of this world are new. */
const conversion = (names: { list: string; from: string; to: string; invalid?: string }) =>
  post(
    withApp(
      needs({ [names.list]: texts(1000) }, (lists) => {
        const ids = lists[names.list] ?? []
        return {
          ...ok,
          items: ids.map((id) => ({ [names.from]: id, [names.to]: id })),
          ...(names.invalid && { [names.invalid]: [] }),
        }
      }),
    ),
  )

export const customerEndpoints: Endpoints = {
  '/cgi-bin/externalcontact/get_follow_user_list': get(
    withApp((_, app) => ({
      ...ok,
      follow_user: visibleCustomers(app).map((customer) => customer.follower.userid),
    })),
  ),

  '/cgi-bin/externalcontact/list': get(
    withApp(
      needs({ userid: text() }, ({ userid }, _, app) => {
        if (!app.company.members.some((member) => member.userid === userid)) {
          throw new Refusal(60111)
        }
        const found = visibleCustomers(app).filter((one) => one.follower.userid === userid)
        if (found.length === 0) throw new Refusal(84061)
        return { ...ok, external_userid: found.map(({ externalUserid }) => externalUserid) }
      }),
    ),
  ),

  '/cgi-bin/externalcontact/get': get(
    withApp(
      needs({ external_userid: text() }, ({ external_userid }, _, app) => {
        const found = visibleCustomers(app).find((one) => one.externalUserid === external_userid)
        if (!found) throw new Refusal(84061)
        return { ...ok, external_contact: profile(found), follow_user: [follower(found)] }
      }),
    ),
  ),

  '/cgi-bin/externalcontact/batch/get_by_user': post(
    withApp(
      needs({ userid_list: texts(100) }, ({ userid_list }, _, app) => ({
        ...ok,
        external_contact_list: visibleCustomers(app)
          .filter((one) => userid_list.includes(one.follower.userid))
          .map((one) => ({ external_contact: profile(one), follow_info: follower(one) })),
        next_cursor: '',
      })),
    ),
  ),

  '/cgi-bin/externalcontact/get_new_external_userid': conversion({
    list: 'external_userid_list',
    from: 'external_userid',
    to: 'new_external_userid',
  }),

  '/cgi-bin/idconvert/external_tagid': conversion({
    list: 'external_tagid_list',
    from: 'external_tagid',
    to: 'open_external_tagid',
    invalid: 'invalid_external_tagid_list',
  }),

  '/cgi-bin/idconvert/open_kfid': conversion({
    list: 'open_kfid_list',
    from: 'open_kfid',
    to: 'new_open_kfid',
    invalid: 'invalid_open_kfid_list',
  }),

  '/cgi-bin/idconvert/chatid': conversion({
    list: 'chat_id_list',
    from: 'chat_id',
    to: 'new_chat_id',
    invalid: 'invalid_chat_id_list',
  }),

  '/cgi-bin/idconvert/convert_tmp_external_userid': post(
    withApp(
      needs(
        { business_type: integer(), user_type: integer(), tmp_external_userid_list: texts(100) },
        ({ tmp_external_userid_list }, _, { company: { corpid } }) => ({
          ...ok,
          results: tmp_external_userid_list.map((id) => ({
            tmp_external_userid: id,
            external_userid: id,
            corpid,
          })),
          invalid_tmp_external_userid_list: [],
        }),
      ),
    ),
  ),

  '/cgi-bin/idconvert/unionid_to_external_userid': post(
    withApp(
      needs({ unionid: text(), openid: text() }, ({ unionid }, _, app) => {
        const found = visibleCustomers(app).find((one) => one.unionid === unionid)
        return { ...ok, external_userid: found?.externalUserid ?? '' }
      }),
    ),
  ),
}
