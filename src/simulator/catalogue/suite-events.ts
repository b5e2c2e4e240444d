/** What WeCom tells an app about its companies, by InfoType (指令回调, document 90613). No I/O. */

import { contactFields } from './contact-fields'
import { type Example, type Fields, type FieldsByType, none } from './example'
import type { Elements } from './xml-elements'

/** Most of these name their company; the fields that follow may take that back. */
const ofCompany =
  (fields: Fields = none): Fields =>
  (example) => ({ AuthCorpId: example.corpid, ...fields(example) })

const changes = (infoType: string, byChangeType: FieldsByType): FieldsByType =>
  Object.fromEntries(
    Object.entries(byChangeType).map(([changeType, fields]) => [
      `${infoType}.${changeType}`,
      ofCompany((example) => ({ ChangeType: changeType, ...fields(example) })),
    ]),
  )

const shared: Fields = ({ corpid, agentid }) => ({ AppId: 1, CorpId: corpid, AgentId: agentid })

const order =
  (fields: Fields): Fields =>
  (example) => ({ PaidCorpId: example.corpid, ...fields(example) })

const orderId: Fields = ({ serial }) => ({ OrderId: `O${serial}` })

const customer = { ExternalUserID: 'wmCustomer0000000000000000000001' }

const follow: Fields = ({ userid }) => ({ UserID: userid, ...customer })

const welcome: Fields = (example) => ({
  ...follow(example),
  State: 'channel1',
  WelcomeCode: `WC${example.serial}`,
})

const chat = { ChatId: 'wrChat00000000000000000000000001' }

const pupil: Fields = () => ({ Id: 'student1' })

const authType =
  (type: string): Fields =>
  () => ({ AuthType: type })

const fieldsByType: FieldsByType = {
  suite_ticket: ({ serial }) => ({ SuiteTicket: `ticket-${serial}` }),
  create_auth: ({ serial }) => ({ AuthCode: `code-${serial}`, State: '', ExtraInfo: null }),
  change_auth: ofCompany(() => ({ State: '', ExtraInfo: null })),
  cancel_auth: ofCompany(),
  reset_permanent_code: ({ serial }) => ({ AuthCode: `code-${serial}` }),
  ...changes('change_contact', contactFields),
  share_agent_change: shared,
  share_chain_change: shared,
  corp_arch_auth: ofCompany(),
  approve_special_auth: ofCompany(authType('customer_acquisition')),
  cancel_special_auth: ofCompany(authType('customer_acquisition')),
  auth_data_permission: ofCompany(authType('data_zone_chat')),
  expire_remind_data_permission: ofCompany(authType('data_zone_chat')),
  expire_data_permission: ofCompany(authType('data_zone_chat')),
  ...changes('change_external_contact', {
    add_external_contact: welcome,
    add_half_external_contact: welcome,
    edit_external_contact: follow,
    del_external_contact: (example) => ({ ...follow(example), Source: 'DELETE_BY_TRANSFER' }),
    del_follow_user: follow,
    transfer_fail: (example) => ({ FailReason: 'customer_refused', ...follow(example) }),
  }),
  ...changes('change_external_chat', {
    create: () => chat,
    update: () => ({
      ...chat,
      UpdateDetail: 'add_member',
      JoinScene: 1,
      QuitScene: 0,
      MemChangeCnt: 1,
      MemChangeList: { Item: [customer.ExternalUserID] },
      LastMemVer: 'version1',
      CurMemVer: 'version2',
    }),
    dismiss: () => chat,
  }),
  ...changes('change_external_tag', {
    create: () => ({ Id: 'etTag1', TagType: 'tag' }),
    update: () => ({ Id: 'etGroup1', TagType: 'tag_group' }),
    delete: () => ({ Id: 'etTag1', TagType: 'tag' }),
    shuffle: () => ({ Id: 'etGroup1' }),
  }),
  ...changes('change_school_contact', {
    create_student: pupil,
    update_student: () => ({ Id: 'student1', NewId: 'student2' }),
    delete_student: pupil,
    create_parent: () => ({ Id: 'parent1' }),
    update_parent: () => ({ Id: 'parent1', NewId: 'parent2' }),
    delete_parent: () => ({ Id: 'parent1' }),
    create_department: () => ({ Id: '5' }),
    update_department: () => ({ Id: '5' }),
    delete_department: () => ({ Id: '5' }),
    subscribe: () => ({ Id: 'parent1' }),
    unsubscribe: () => ({ Id: 'parent1' }),
  }),
  open_order: order((example) => ({ ...orderId(example), OperatorId: example.userid })),
  change_order: order(({ serial }) => ({ OldOrderId: `O1${serial}`, NewOrderId: `O2${serial}` })),
  pay_for_app_success: order(orderId),
  refund: order(orderId),
  // WeCom's own spelling.
  change_editon: order(none),
  cancel_order: order(orderId),
  batch_job_result: ofCompany(({ serial }) => ({
    BatchJob: { JobId: `job-${serial}`, JobType: 'contact_id_translate', ErrCode: 0, ErrMsg: 'ok' },
  })),
  conversation_new_message: ofCompany(({ serial }) => ({ Token: `token-${serial}` })),
  hit_keyword: ofCompany(({ serial }) => ({ Token: `token-${serial}` })),
  chat_archive_export_finished: ofCompany(({ serial }) => ({ JobId: `job-${serial}` })),
  chat_archive_audit_approved_single: ofCompany(({ userid }) => ({
    OpenUserID: userid,
    ...customer,
    ...chat,
  })),
  device_data_auth_change: ofCompany(({ agentid }) => ({ AgentID: agentid })),
}

/** Suite events that come on the data URL all the same. */
export const onDataUrl: ReadonlySet<string> = new Set(['device_data_auth_change'])

/** The types of this file, with ChangeTypes. */
export const suiteEventTypes: readonly string[] = Object.keys(fieldsByType)

/** The whole message of one type, or null if it is none of these. */
export const suiteEvent = (type: string, example: Example): Elements | null => {
  const fields = fieldsByType[type]
  if (!fields) return null
  const [infoType = type] = type.split('.', 1)
  const { suiteId, timestamp } = example
  return { SuiteId: suiteId, InfoType: infoType, TimeStamp: timestamp, ...fields(example) }
}
