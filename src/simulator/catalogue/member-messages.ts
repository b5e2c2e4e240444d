/** What members do in an app, by MsgType or `event.<Event>` (数据回调, document 90376). No I/O. */

import { contactFields } from './contact-fields'
import { type Example, type Fields, type FieldsByType, none } from './example'
import type { Elements } from './xml-elements'

const numbered =
  (fields: Elements): Fields =>
  ({ serial }) => ({ ...fields, MsgId: BigInt(serial) })

const place = { Location_X: 23.104, Location_Y: 113.324, Scale: 15 }

const messages: FieldsByType = {
  text: numbered({ Content: '你好' }),
  image: numbered({ PicUrl: 'https://wework.qpic.cn/example/0', MediaId: 'media1' }),
  voice: numbered({ MediaId: 'media1', Format: 'amr' }),
  video: numbered({ MediaId: 'media1', ThumbMediaId: 'thumb1' }),
  location: numbered({ ...place, Label: '广州市海珠区', AppType: 'wxwork' }),
  link: numbered({
    Title: '公告',
    Description: '请查收',
    Url: 'https://app.example.com/notice',
    PicUrl: 'https://wework.qpic.cn/example/0',
  }),
}

const key =
  (eventKey: string, more: Elements = {}): Fields =>
  () => ({ EventKey: eventKey, ...more })

/** From WeCom itself. */
const sys =
  (fields: Fields = none): Fields =>
  (example) => ({ FromUserName: 'sys', ...fields(example) })

const scan = key('scan', { ScanCodeInfo: { ScanType: 'qrcode', ScanResult: 'result1' } })

const pictures = key('photo', {
  SendPicsInfo: {
    Count: 1,
    PicList: { item: [{ PicMd5Sum: '1b5f7c23b5bf75682a53e7b6d163e185' }] },
  },
})

const card = (cardType: string): Fields => {
  return ({ serial }) => ({
    EventKey: 'ok',
    TaskId: `task-${serial}`,
    CardType: cardType,
    ResponseCode: `response-${serial}`,
  })
}

const voteCard: Fields = (example) => ({
  ...card('vote_interaction')(example),
  SelectedItems: {
    SelectedItem: [{ QuestionKey: 'question1', OptionIds: { OptionId: ['a', 'b'] } }],
  },
})

const approval = (fields: Elements): Fields => {
  return ({ userid, timestamp }) => ({
    ApprovalInfo: { ...fields, ApplyTime: timestamp, ApplyUserName: userid, ApplyUserId: userid },
  })
}

const customer = 'wmCustomer0000000000000000000001'

const acquisition: Fields = () => ({ LinkId: 'cawcLink1', State: 'channel1' })

const metCustomer: Fields = ({ userid }) => ({
  LinkId: 'cawcLink1',
  State: 'channel1',
  UserID: userid,
  ExternalUserID: customer,
})

const schedule: Fields = () => ({ CalId: 'wcCal1', ScheduleId: 'schedule1' })

const meetingRoom: Fields = () => ({ MeetingRoomId: 1, MeetingId: 'meeting1' })

/** Messages of WeCom Customer Service come from no member and no app. */
const service = (fields: Fields): Fields => {
  return (example) => ({ FromUserName: undefined, AgentID: undefined, ...fields(example) })
}

const changes = (event: string, byChangeType: FieldsByType): FieldsByType =>
  Object.fromEntries(
    Object.entries(byChangeType).map(([changeType, fields]) => [
      `${event}.${changeType}`,
      sys((example) => ({ ChangeType: changeType, ...fields(example) })),
    ]),
  )

const events: FieldsByType = {
  subscribe: key(''),
  unsubscribe: key(''),
  enter_agent: key(''),
  LOCATION: () => ({ Latitude: 23.104, Longitude: 113.32, Precision: 65, AppType: 'wxwork' }),
  click: key('menu1'),
  view: key('https://app.example.com/'),
  view_miniprogram: key('pages/index'),
  scancode_push: scan,
  scancode_waitmsg: scan,
  pic_sysphoto: pictures,
  pic_photo_or_album: pictures,
  pic_weixin: pictures,
  location_select: key('place', {
    SendLocationInfo: { ...place, Label: '广州市海珠区', Poiname: '' },
    AppType: 'wxwork',
  }),
  taskcard_click: (example) => ({
    EventKey: 'key1',
    TaskId: `task-${example.serial}`,
    AgentID: undefined,
    AgentId: example.agentid,
  }),
  template_card_event: voteCard,
  template_card_menu_event: card('text_notice'),
  open_approval_change: approval({ ThirdNo: '202000001', OpenSpName: '付款', OpenSpStatus: 1 }),
  sys_approval_change: sys(approval({ SpNo: 202000002, SpName: '请假', SpStatus: 1 })),
  batch_job_result: sys(({ serial }) => ({
    BatchJob: { JobId: `job-${serial}`, JobType: 'sync_user', ErrCode: 0, ErrMsg: 'ok' },
  })),
  upload_media_job_finish: sys(({ serial }) => ({ JobId: `job-${serial}` })),
  ...changes('change_contact', contactFields),
  ...changes('change_external_contact', {
    msg_audit_approved: ({ userid, serial }) => ({
      UserID: userid,
      ExternalUserID: customer,
      WelcomeCode: `WC${serial}`,
    }),
  }),
  change_app_admin: sys(),
  share_agent_change: sys(),
  share_chain_change: sys(),
  unlicensed_notify: none,
  inactive_alert: sys(),
  close_inactive_agent: sys(),
  reopen_inactive_agent: sys(),
  low_active_alert: sys(),
  low_active: sys(),
  active_restored: sys(),
  switch_workbench_mode: sys(() => ({ Mode: 1 })),
  ...changes('customer_acquisition', {
    balance_low: none,
    balance_exhausted: none,
    delete_link: acquisition,
    link_unavailable: acquisition,
    friend_request: metCustomer,
    customer_start_chat: metCustomer,
  }),
  kf_msg_or_event: service(({ serial }) => ({ Token: `token-${serial}`, OpenKfId: 'wkService1' })),
  kf_account_auth_change: service(() => ({
    AuthAddOpenKfId: ['wkService1', 'wkService2'],
    AuthDelOpenKfId: ['wkService3'],
  })),
  book_meeting_room: meetingRoom,
  cancel_meeting_room: meetingRoom,
  modify_calendar: schedule,
  delete_calendar: schedule,
  add_schedule: schedule,
  modify_schedule: schedule,
  delete_schedule: schedule,
  respond_schedule: schedule,
  living_status_change: () => ({ LivingId: 'living1', Status: 1 }),
  wedrive_insufficient_capacity: sys(),
  program_notify: sys(({ serial }) => ({ NotifyId: `notify-${serial}`, NotifyScene: 1 })),
}

/** The types of this file, events with `event.` before and ChangeTypes behind. */
export const memberMessageTypes: readonly string[] = [
  ...Object.keys(messages),
  ...Object.keys(events).map((event) => `event.${event}`),
]

/** The whole message of one type, or null if it is none of these. */
export const memberMessage = (type: string, example: Example): Elements | null => {
  const [msgType, event] = type.split('.')
  const fields = event === undefined ? messages[type] : events[type.slice('event.'.length)]
  if (!fields) return null
  return {
    ToUserName: example.corpid,
    FromUserName: example.userid,
    CreateTime: example.timestamp,
    MsgType: msgType,
    Event: event,
    AgentID: example.agentid,
    ...fields(example),
  }
}
