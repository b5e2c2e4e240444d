/**
 * The types about what members send to the app and do in it, which come to the data URL. No I/O.
 */

const member = ['FromUserName'] as const

const messages = [
  { type: 'text', title: { en: 'Text', zh: '文本消息' }, subject: member },
  { type: 'image', title: { en: 'Image', zh: '图片消息' }, subject: member },
  { type: 'voice', title: { en: 'Voice', zh: '语音消息' }, subject: member },
  { type: 'video', title: { en: 'Video', zh: '视频消息' }, subject: member },
  { type: 'location', title: { en: 'Location', zh: '位置消息' }, subject: member },
  { type: 'link', title: { en: 'Link', zh: '链接消息' }, subject: member },
] as const

const memberEvents = [
  {
    type: 'event.subscribe',
    title: { en: 'Member may use the app', zh: '成员进入可见范围' },
    subject: member,
  },
  {
    type: 'event.unsubscribe',
    title: { en: 'Member may no longer use the app', zh: '成员离开可见范围' },
    subject: member,
  },
  { type: 'event.enter_agent', title: { en: 'App opened', zh: '进入应用' }, subject: member },
  {
    type: 'event.LOCATION',
    title: { en: 'Location reported', zh: '上报地理位置' },
    subject: member,
  },
  {
    type: 'event.unlicensed_notify',
    title: { en: 'App opened without licence', zh: '无接口许可的成员打开应用' },
    subject: member,
  },
] as const

const keyed = [...member, 'EventKey'] as const

const menuEvents = [
  { type: 'event.click', title: { en: 'Menu clicked', zh: '点击菜单' }, subject: keyed },
  { type: 'event.view', title: { en: 'Menu link opened', zh: '点击菜单跳转链接' }, subject: keyed },
  {
    type: 'event.view_miniprogram',
    title: { en: 'Menu mini program opened', zh: '点击菜单跳转小程序' },
    subject: keyed,
  },
  { type: 'event.scancode_push', title: { en: 'Code scanned', zh: '扫码推事件' }, subject: keyed },
  {
    type: 'event.scancode_waitmsg',
    title: { en: 'Code scanned, answer awaited', zh: '扫码等待消息' },
    subject: keyed,
  },
  { type: 'event.pic_sysphoto', title: { en: 'Photo taken', zh: '系统拍照发图' }, subject: keyed },
  {
    type: 'event.pic_photo_or_album',
    title: { en: 'Photo taken or chosen', zh: '拍照或相册发图' },
    subject: keyed,
  },
  { type: 'event.pic_weixin', title: { en: 'Photo chosen', zh: '相册发图' }, subject: keyed },
  { type: 'event.location_select', title: { en: 'Place chosen', zh: '选择位置' }, subject: keyed },
] as const

const task = [...member, 'TaskId'] as const

const cardEvents = [
  {
    type: 'event.taskcard_click',
    title: { en: 'Task card clicked', zh: '点击任务卡片' },
    subject: task,
  },
  {
    type: 'event.template_card_event',
    title: { en: 'Card answered', zh: '模板卡片事件' },
    subject: task,
  },
  {
    type: 'event.template_card_menu_event',
    title: { en: 'Card menu clicked', zh: '模板卡片右上角菜单' },
    subject: task,
  },
] as const

export const memberEntries = [...messages, ...memberEvents, ...menuEvents, ...cardEvents] as const
