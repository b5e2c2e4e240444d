/** The types about the app and the company's other tools, which come to the data URL. No I/O. */
import {
  contactChangeTypes,
  customerAcquisitionChangeTypes,
  externalContactChangeTypes,
} from './change-types'

const app = ['AgentID'] as const

const appEvents = [
  {
    type: 'event.change_app_admin',
    title: { en: 'App admins changed', zh: '应用管理员变更' },
    subject: app,
  },
  {
    type: 'event.share_agent_change',
    title: { en: 'App shared within a group', zh: '企业互联共享应用变更' },
    subject: app,
  },
  {
    type: 'event.share_chain_change',
    title: { en: 'App shared along a chain', zh: '上下游共享应用变更' },
    subject: app,
  },
  {
    type: 'event.inactive_alert',
    title: { en: 'App unused: warning', zh: '应用长期未使用预警' },
    subject: app,
  },
  {
    type: 'event.close_inactive_agent',
    title: { en: 'App unused: suspended', zh: '应用长期未使用停用' },
    subject: app,
  },
  {
    type: 'event.reopen_inactive_agent',
    title: { en: 'App enabled again', zh: '应用重新启用' },
    subject: app,
  },
  {
    type: 'event.low_active_alert',
    title: { en: 'App little used: warning', zh: '应用低活跃预警' },
    subject: app,
  },
  { type: 'event.low_active', title: { en: 'App little used', zh: '应用低活跃' }, subject: app },
  {
    type: 'event.active_restored',
    title: { en: 'App in use again', zh: '应用活跃恢复' },
    subject: app,
  },
  {
    type: 'event.switch_workbench_mode',
    title: { en: 'Workbench mode switched', zh: '切换工作台模式' },
    subject: ['Mode'],
  },
] as const

const toolEvents = [
  {
    type: 'event.open_approval_change',
    title: { en: 'Own approval changed', zh: '自建审批状态变更' },
    subject: ['ApprovalInfo.ThirdNo'],
  },
  {
    type: 'event.sys_approval_change',
    title: { en: 'Approval changed', zh: '审批状态变更' },
    subject: ['ApprovalInfo.SpNo'],
  },
  {
    type: 'event.batch_job_result',
    title: { en: 'Job finished', zh: '异步任务完成' },
    subject: ['BatchJob.JobId'],
  },
  {
    type: 'event.upload_media_job_finish',
    title: { en: 'Upload finished', zh: '异步上传素材完成' },
    subject: ['JobId'],
  },
  {
    type: 'event.change_contact',
    title: { en: 'Contacts changed', zh: '通讯录变更' },
    subject: ['UserID', 'Id', 'TagId'],
    changeTypes: contactChangeTypes,
  },
  {
    type: 'event.change_external_contact',
    title: { en: 'Customer changed', zh: '客户变更' },
    subject: ['UserID', 'ExternalUserID'],
    changeTypes: externalContactChangeTypes,
  },
  {
    type: 'event.customer_acquisition',
    title: { en: 'Customer acquisition', zh: '获客助手事件' },
    subject: ['LinkId', 'UserID', 'ExternalUserID'],
    changeTypes: customerAcquisitionChangeTypes,
  },
  {
    type: 'event.kf_msg_or_event',
    title: { en: 'Customer service message', zh: '微信客服消息与事件' },
    subject: ['OpenKfId'],
  },
  {
    type: 'event.kf_account_auth_change',
    title: { en: 'Customer service accounts changed', zh: '微信客服账号授权变更' },
    subject: ['AuthAddOpenKfId', 'AuthDelOpenKfId'],
  },
  {
    type: 'event.book_meeting_room',
    title: { en: 'Meeting room booked', zh: '会议室预定' },
    subject: ['MeetingRoomId', 'MeetingId'],
  },
  {
    type: 'event.cancel_meeting_room',
    title: { en: 'Meeting room cancelled', zh: '会议室取消' },
    subject: ['MeetingRoomId', 'MeetingId'],
    confirmed: false,
  },
  {
    type: 'event.modify_calendar',
    title: { en: 'Calendar changed', zh: '修改日历' },
    subject: ['CalId'],
  },
  {
    type: 'event.delete_calendar',
    title: { en: 'Calendar deleted', zh: '删除日历' },
    subject: ['CalId'],
  },
  {
    type: 'event.add_schedule',
    title: { en: 'Schedule added', zh: '添加日程' },
    subject: ['ScheduleId', 'CalId'],
  },
  {
    type: 'event.modify_schedule',
    title: { en: 'Schedule changed', zh: '修改日程' },
    subject: ['ScheduleId', 'CalId'],
  },
  {
    type: 'event.delete_schedule',
    title: { en: 'Schedule deleted', zh: '删除日程' },
    subject: ['ScheduleId', 'CalId'],
  },
  {
    type: 'event.respond_schedule',
    title: { en: 'Schedule answered', zh: '日程回执' },
    subject: ['ScheduleId', 'CalId'],
  },
  {
    type: 'event.living_status_change',
    title: { en: 'Live stream changed', zh: '直播状态变更' },
    subject: ['LivingId'],
  },
  {
    type: 'event.wedrive_insufficient_capacity',
    title: { en: 'Drive nearly full', zh: '微盘容量不足' },
  },
  {
    type: 'event.program_notify',
    title: { en: 'Data zone program notice', zh: '数据专区程序通知' },
    subject: ['NotifyId', 'NotifyScene'],
  },
] as const

export const companyEntries = [...appEvents, ...toolEvents] as const
