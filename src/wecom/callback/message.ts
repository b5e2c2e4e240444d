/**
 * The message of a decrypted callback (callback formats: documents 90613, 90240, 90376). No I/O.
 */
import { fail, type Result, succeed } from '../../errors'
import { contradictsItself } from './contradiction'
import { type PayloadFailure, parsePayload } from './payload'
import { textOf, type XmlObject } from './xml'

interface MessageFacts {
  /** InfoType, `event.<Event>` or MsgType: what the API calls `type`. */
  readonly type: string
  /** The company it concerns, where the message names one. */
  readonly corpid: string | null
  /** Every element, as WeCom named it. */
  readonly payload: XmlObject
}

/** `SuiteId` + `InfoType`: a suite's tickets, authorisations, contacts … */
export interface CommandMessage extends MessageFacts {
  readonly kind: 'command'
  readonly suiteId: string
  /** WeCom's TimeStamp; null if it is absent or no whole number. */
  readonly timeStampSeconds: number | null
}

/** `ServiceCorpId` + `InfoType`: registrations, licences … of the provider. */
export interface SystemMessage extends MessageFacts {
  readonly kind: 'system'
  readonly serviceCorpId: string
  readonly timeStampSeconds: number | null
}

/** `ToUserName` + `MsgType`: what members of a company send or do in the app. */
export interface DataMessage extends MessageFacts {
  readonly kind: 'data'
  readonly corpid: string
}

export type Message = CommandMessage | SystemMessage | DataMessage

export type MessageFailure = PayloadFailure | 'no_kind' | 'contradictory'

/** The company's element by message: most name AuthCorpId, orders PaidCorpId, shares CorpId. */
const corpidElements = ['AuthCorpId', 'PaidCorpId', 'CorpId'] as const

/** An id, a type, a number: what is compared, without the stray blanks of WeCom's samples. */
const trimmedText = (payload: XmlObject, element: string): string | null =>
  textOf(payload, element)?.trim() ?? null

const corpidOf = (payload: XmlObject): string | null => {
  for (const element of corpidElements) {
    const corpid = trimmedText(payload, element)
    if (corpid) return corpid
  }
  return null
}

const wholeSeconds = (text: string | null): number | null =>
  text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null

/** A message with an InfoType, from WeCom to a suite or to the provider. */
const announcementIn = (
  payload: XmlObject,
  infoType: string,
): Result<CommandMessage | SystemMessage, 'no_kind'> => {
  const facts = { type: infoType, corpid: corpidOf(payload), payload }
  const timeStampSeconds = wholeSeconds(trimmedText(payload, 'TimeStamp'))
  const suiteId = trimmedText(payload, 'SuiteId')
  if (suiteId) return succeed({ kind: 'command', ...facts, suiteId, timeStampSeconds })
  const serviceCorpId = trimmedText(payload, 'ServiceCorpId')
  if (serviceCorpId) return succeed({ kind: 'system', ...facts, serviceCorpId, timeStampSeconds })
  return fail('no_kind')
}

/**
 * The message in a decrypted body; its kind is read from the elements that are there. What a member
 * may have written is never a command: no message of WeCom's has both a MsgType and an InfoType,
 * but a member's text that breaks out of its element may bring an InfoType with it.
 */
export const parseMessage = (body: string): Result<Message, MessageFailure> => {
  const parsed = parsePayload(body)
  if (!parsed.ok) return parsed
  const payload = parsed.value
  if (contradictsItself(payload)) return fail('contradictory')
  const infoType = trimmedText(payload, 'InfoType')
  const msgType = trimmedText(payload, 'MsgType')
  const toUserName = trimmedText(payload, 'ToUserName')
  if (msgType && toUserName) {
    const event = msgType === 'event' ? trimmedText(payload, 'Event') : null
    const type = event ? `event.${event}` : msgType
    return succeed({ kind: 'data', type, corpid: toUserName, payload })
  }
  return infoType ? announcementIn(payload, infoType) : fail('no_kind')
}

/** Some senders count milliseconds. */
const secondsIn = (text: string | null): number | null =>
  wholeSeconds(text && /^\d{13}$/.test(text) ? text.slice(0, -3) : text)

/** When WeCom says that it happened, by CreateTime or TimeStamp; null if it doesn't say. */
export const saidAtSeconds = ({ kind, payload }: Message): number | null =>
  secondsIn(
    kind === 'data'
      ? trimmedText(payload, 'CreateTime')
      : trimmedText(payload, 'TimeStamp') || trimmedText(payload, 'CreateTime'),
  )

const timeInText = /(?:CreateTime|TimeStamp)"?[\s>:"]{1,9}(?:<!\[CDATA\[)?(\d{10,13})(?!\d)/

/**
 * The same of a body that can't be read: WeCom's own element stands before any text of a member's.
 */
export const saidInTextAtSeconds = (body: string): number | null =>
  secondsIn(timeInText.exec(body)?.[1] ?? null)
