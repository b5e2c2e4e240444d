/**
 * The types that WeCom sends to a suite's command URL, but for a few that take another way. Unless
 * said otherwise the company stands in AuthCorpId. No I/O.
 */
import {
  contactChangeTypes,
  externalChatChangeTypes,
  externalContactChangeTypes,
  externalTagChangeTypes,
  schoolContactChangeTypes,
} from './change-types'

export const commandEntries = [
  { type: 'suite_ticket', title: { en: 'Ticket', zh: '推送 suite_ticket' }, corpid: [] },

  // The company is known only once the AuthCode was exchanged.
  { type: 'create_auth', title: { en: 'App installed', zh: '授权成功' }, corpid: [] },
  { type: 'change_auth', title: { en: 'Authorisation changed', zh: '变更授权' } },
  { type: 'cancel_auth', title: { en: 'App removed', zh: '取消授权' } },
  {
    type: 'reset_permanent_code',
    title: { en: 'Permanent code reset', zh: '重置永久授权码' },
    corpid: [],
  },

  {
    type: 'change_contact',
    title: { en: 'Contacts changed', zh: '通讯录变更' },
    subject: ['UserID', 'Id', 'TagId'],
    changeTypes: contactChangeTypes,
  },
  {
    type: 'share_agent_change',
    title: { en: 'App shared within a group', zh: '企业互联共享应用变更' },
    corpid: ['CorpId'],
    subject: ['AgentId'],
  },
  {
    type: 'share_chain_change',
    title: { en: 'App shared along a chain', zh: '上下游共享应用变更' },
    corpid: ['CorpId'],
    subject: ['AgentId'],
  },

  { type: 'corp_arch_auth', title: { en: 'Structure permission granted', zh: '授权组织架构权限' } },
  {
    type: 'approve_special_auth',
    title: { en: 'Special permission granted', zh: '特殊权限已确认' },
    subject: ['AuthType'],
  },
  {
    type: 'cancel_special_auth',
    title: { en: 'Special permission withdrawn', zh: '特殊权限已取消' },
    subject: ['AuthType'],
  },
  {
    type: 'auth_data_permission',
    title: { en: 'Data permission granted', zh: '数据权限已授权' },
    subject: ['AuthType'],
  },
  {
    type: 'expire_remind_data_permission',
    title: { en: 'Data permission expires soon', zh: '数据权限即将到期' },
    subject: ['AuthType'],
  },
  {
    type: 'expire_data_permission',
    title: { en: 'Data permission expired', zh: '数据权限已到期' },
    subject: ['AuthType'],
    confirmed: false,
  },

  {
    type: 'change_external_contact',
    title: { en: 'Customer changed', zh: '客户变更' },
    subject: ['UserID', 'ExternalUserID'],
    changeTypes: externalContactChangeTypes,
  },
  {
    type: 'change_external_chat',
    title: { en: 'Customer group changed', zh: '客户群变更' },
    subject: ['ChatId'],
    changeTypes: externalChatChangeTypes,
  },
  {
    type: 'change_external_tag',
    title: { en: 'Customer tag changed', zh: '客户标签变更' },
    subject: ['Id'],
    changeTypes: externalTagChangeTypes,
  },
  {
    type: 'change_school_contact',
    title: { en: 'School contacts changed', zh: '家校通讯录变更' },
    subject: ['Id'],
    changeTypes: schoolContactChangeTypes,
  },

  {
    type: 'open_order',
    title: { en: 'App ordered', zh: '应用下单' },
    corpid: ['PaidCorpId'],
    subject: ['OrderId', 'OperatorId'],
  },
  {
    type: 'change_order',
    title: { en: 'Order replaced', zh: '订单变更' },
    corpid: ['PaidCorpId'],
    subject: ['NewOrderId', 'OldOrderId'],
  },
  {
    type: 'pay_for_app_success',
    title: { en: 'App paid', zh: '应用支付成功' },
    corpid: ['PaidCorpId'],
    subject: ['OrderId'],
  },
  {
    type: 'refund',
    title: { en: 'App refunded', zh: '应用退款' },
    corpid: ['PaidCorpId'],
    subject: ['OrderId'],
  },
  // WeCom itself misspells this one.
  {
    type: 'change_editon',
    title: { en: 'App edition changed', zh: '应用版本变更' },
    corpid: ['PaidCorpId'],
  },
  {
    type: 'cancel_order',
    title: { en: 'Order cancelled', zh: '取消订单' },
    corpid: ['PaidCorpId'],
    confirmed: false,
  },

  {
    type: 'batch_job_result',
    urls: ['command', 'system'],
    title: { en: 'Job finished', zh: '异步任务完成' },
    subject: ['BatchJob.JobId'],
  },
  {
    type: 'device_data_auth_change',
    urls: ['data'],
    title: { en: 'Device data permission changed', zh: '设备数据授权变更' },
    subject: ['AgentID'],
  },

  { type: 'conversation_new_message', title: { en: 'New chat messages', zh: '会话产生新消息' } },
  { type: 'hit_keyword', title: { en: 'Keyword hit', zh: '会话命中关键词' } },
  {
    type: 'chat_archive_export_finished',
    title: { en: 'Chat archive exported', zh: '会话存档导出完成' },
    subject: ['JobId'],
  },
  {
    type: 'chat_archive_audit_approved_single',
    title: { en: 'Customer agreed to archiving', zh: '客户同意会话存档' },
    subject: ['OpenUserID', 'ExternalUserID', 'ChatId'],
  },
] as const
