/** An event as it is shown and sent: the body as JSON, its secrets masked. Pure. */
import type { EventRecord } from '../store/event-log'
import { maskPayload } from '../wecom/mask'
import { type Subject, subjectOf } from '../wecom/subject'
import { parseXml, type XmlObject } from '../wecom/xml'

export interface EventView extends Omit<EventRecord, 'body' | 'nextAttemptAt' | 'kept'> {
  /**
   * The decrypted message: WeCom's element names, every value text. Empty if it could not be
   * understood, or when the company has left and its data was erased.
   */
  readonly payload: XmlObject
  /** Whom or what it is about, by WeCom's element names: a member, a customer, an order … */
  readonly subject: Subject
}

/** The event as the API shows it and as it is sent to the business app. */
export const showEvent = ({
  body,
  nextAttemptAt: _,
  kept: __,
  ...record
}: Omit<EventRecord, 'kept'> & Partial<EventRecord>): EventView => {
  // What suited notes itself is JSON already, and holds no secret.
  if (record.source === 'suited') {
    return { ...record, payload: JSON.parse(body || '{}'), subject: {} }
  }
  const parsed = parseXml(body)
  const payload = parsed.ok ? maskPayload(parsed.value) : {}
  return { ...record, payload, subject: subjectOf(record.type, payload) }
}
