/** An example of everything that WeCom pushes. No I/O. */

import type { Example } from './example'
import { memberMessage, memberMessageTypes } from './member-messages'
import { providerEvent, providerEventTypes } from './provider-events'
import { onDataUrl, suiteEvent, suiteEventTypes } from './suite-events'
import { type Elements, messageXml } from './xml-elements'

/** Which of the three callback URLs: the suite's two, or the provider's 系统事件接收URL. */
export type Channel = 'command' | 'data' | 'system'

/**
 * Every type that can be built: an InfoType, a MsgType, or `event.<Event>`; where there is a
 * ChangeType it follows after a dot, as in `change_contact.create_user`.
 */
export const catalogueTypes: readonly string[] = [
  ...suiteEventTypes,
  ...providerEventTypes,
  ...memberMessageTypes,
]

/** One of the catalogue's types: itself, or the first with a ChangeType if none was named. */
const fullType = (type: string): string | undefined => {
  if (type === 'event') return undefined
  return (
    catalogueTypes.find((one) => one === type) ??
    catalogueTypes.find((one) => one.startsWith(`${type}.`))
  )
}

export interface BuiltMessage {
  readonly channel: Channel
  /** The message in the clear, ready to be sealed. */
  readonly xml: string
}

/** WeCom sends a blank before this InfoType, and a receiver that doesn't trim gets no ticket. */
const withItsBlank = (xml: string) =>
  xml.replace('<InfoType><![CDATA[suite_ticket]]>', '<InfoType> <![CDATA[suite_ticket]]>')

/**
 * An example message.
 *
 * @param fields elements that replace the example's own or come on top
 * @returns null if the catalogue has no such type
 */
export const buildMessage = (
  type: string,
  example: Example,
  fields: Elements = {},
): BuiltMessage | null => {
  const full = fullType(type)
  if (full === undefined) return null
  const suite = suiteEvent(full, example)
  if (suite) {
    const xml = withItsBlank(messageXml({ ...suite, ...fields }))
    return { channel: onDataUrl.has(full) ? 'data' : 'command', xml }
  }
  const provider = providerEvent(full, example)
  if (provider) return { channel: 'system', xml: messageXml({ ...provider, ...fields }) }
  const message = memberMessage(full, example)
  return message && { channel: 'data', xml: messageXml({ ...message, ...fields }) }
}
