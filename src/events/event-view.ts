/** An event as it is shown and sent: the body as JSON, its secrets masked. Pure. */
import type { EventRecord } from '../store/event-log'
import { maskPayload, maskUnread } from '../wecom/callback/mask'
import { parsePayload } from '../wecom/callback/payload'
import { type Subject, subjectOf } from '../wecom/callback/subject'
import type { XmlObject } from '../wecom/callback/xml'

export interface EventView extends Omit<EventRecord, 'body' | 'nextAttemptAt' | 'pendingSecret'> {
  /**
   * The decrypted message: WeCom's element names, every value text. Empty if it can't be read, or
   * when the company has left and its data was erased.
   */
  readonly payload: XmlObject
  /** Whom or what it is about, by WeCom's element names: a member, a customer, an order … */
  readonly subject: Subject
}

type Viewed = Omit<EventRecord, 'pendingSecret'> & Partial<EventRecord>

/** The event with its body read once; `unread` says what is shown of one that can't be read. */
const viewOf = (
  { body, nextAttemptAt: _, pendingSecret: __, ...record }: Viewed,
  unread: (body: string) => XmlObject,
): EventView => {
  // What suited notes itself is JSON already, and holds no secret.
  if (record.source === 'suited') {
    return { ...record, payload: JSON.parse(body || '{}'), subject: {} }
  }
  const parsed = parsePayload(body)
  const payload = parsed.ok ? maskPayload(parsed.value) : unread(body)
  return { ...record, payload, subject: parsed.ok ? subjectOf(record.type, payload) : {} }
}

/** The event as the API shows it and as it is sent to the business app. */
export const showEvent = (event: Viewed): EventView => viewOf(event, () => ({}))

/**
 * The event as it is shown to the admin token and to keys of scope `admin` alone: of a message that
 * can't be read `payload.raw` has the text, with its secrets masked.
 */
export const showEventInFull = (event: EventRecord): EventView =>
  viewOf(event, (body) => (body === '' ? {} : { raw: maskUnread(body) }))
