/** Messages of members to which WeCom takes a passive reply, and which replies. Pure. */

/** What a member writes, says or shows. */
const messageTypes = ['text', 'image', 'voice', 'video', 'location', 'link']

/** What a member does in the app; WeCom shows the reply where the member did it. */
const eventTypes = [
  'subscribe',
  'enter_agent',
  'LOCATION',
  'click',
  'view',
  'view_miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'taskcard_click',
  'template_card_event',
  'template_card_menu_event',
].map((name) => `event.${name}`)

const replyable: ReadonlySet<string> = new Set([...messageTypes, ...eventTypes])

/** Updates of the card that a member clicked, each with the events that it answers. */
const updatedBy: Readonly<Record<string, readonly string[]>> = {
  update_button: ['event.template_card_event', 'event.template_card_menu_event'],
  update_template_card: ['event.template_card_event', 'event.template_card_menu_event'],
  update_taskcard: ['event.taskcard_click'],
}

/** Whether WeCom takes a passive reply to messages of a type, as an event has it. */
export const takesReply = (type: string): boolean => replyable.has(type)

/** Whether a reply of this MsgType fits a message: a card is updated only where one was clicked. */
export const fitsMessage = (msgType: string, type: string): boolean =>
  updatedBy[msgType]?.includes(type) ?? true
