/** What a decrypted callback says (callback formats: documents 90613, 90240, 90376). No I/O. */
import { fail, type Result, succeed } from '../../errors'
import { type PayloadFailure, parsePayload } from './payload'
import { textOf, type XmlObject } from './xml'

interface Told {
  /** InfoType, `event.<Event>` or MsgType: what the API calls `type`. */
  readonly type: string
  /** The company it concerns, where the message names one. */
  readonly corpid: string | null
  /** Every element, as WeCom named it. */
  readonly payload: XmlObject
}

/** `SuiteId` + `InfoType`: a suite's tickets, authorisations, contacts … */
export interface CommandMessage extends Told {
  readonly kind: 'command'
  readonly suiteId: string
  /** WeCom's TimeStamp; null if it is absent or no whole number. */
  readonly timeStampSeconds: number | null
}

/** `ServiceCorpId` + `InfoType`: registrations, licences … of the provider. */
export interface SystemMessage extends Told {
  readonly kind: 'system'
  readonly serviceCorpId: string
  readonly timeStampSeconds: number | null
}

/** `ToUserName` + `MsgType`: what members of a company send or do in the app. */
export interface DataMessage extends Told {
  readonly kind: 'data'
  readonly corpid: string
}

export type Message = CommandMessage | SystemMessage | DataMessage

export type MessageFailure = PayloadFailure | 'no_kind'

/** The company's element by message: most name AuthCorpId, orders PaidCorpId, shares CorpId. */
const corpidElements = ['AuthCorpId', 'PaidCorpId', 'CorpId'] as const

/** An id, a type, a number: what is compared, without the stray blanks of WeCom's samples. */
const wordOf = (payload: XmlObject, element: string): string | null =>
  textOf(payload, element)?.trim() ?? null

const corpidOf = (payload: XmlObject): string | null => {
  for (const element of corpidElements) {
    const corpid = wordOf(payload, element)
    if (corpid) return corpid
  }
  return null
}

const wholeSeconds = (text: string | null): number | null =>
  text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null

/** The message in a decrypted body; its kind is read from the elements that are there. */
export const parseMessage = (body: string): Result<Message, MessageFailure> => {
  const parsed = parsePayload(body)
  if (!parsed.ok) return parsed
  const payload = parsed.value
  const infoType = wordOf(payload, 'InfoType')
  if (infoType) {
    const told = { type: infoType, corpid: corpidOf(payload), payload }
    const timeStampSeconds = wholeSeconds(wordOf(payload, 'TimeStamp'))
    const suiteId = wordOf(payload, 'SuiteId')
    if (suiteId) return succeed({ kind: 'command', ...told, suiteId, timeStampSeconds })
    const serviceCorpId = wordOf(payload, 'ServiceCorpId')
    if (serviceCorpId) return succeed({ kind: 'system', ...told, serviceCorpId, timeStampSeconds })
    return fail('no_kind')
  }
  const msgType = wordOf(payload, 'MsgType')
  const toUserName = wordOf(payload, 'ToUserName')
  if (!msgType || !toUserName) return fail('no_kind')
  const event = msgType === 'event' ? wordOf(payload, 'Event') : null
  const type = event ? `event.${event}` : msgType
  return succeed({ kind: 'data', type, corpid: toUserName, payload })
}

/** When WeCom says that it happened, by TimeStamp or CreateTime; null if it doesn't say. */
export const saidAtSeconds = ({ payload }: Message): number | null => {
  const text = wordOf(payload, 'TimeStamp') || wordOf(payload, 'CreateTime')
  // Some senders count milliseconds.
  return wholeSeconds(text && /^\d{13}$/.test(text) ? text.slice(0, -3) : text)
}
