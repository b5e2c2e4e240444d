/** An event as it is shown and sent: the body as JSON, its secrets masked. Pure. */
import type { Delivery, EventRecord, EventStatus } from '../store/event-record'
import { maskPayload, maskUnread } from '../wecom/callback/mask'
import { parsePayload } from '../wecom/callback/payload'
import { type Subject, subjectOf } from '../wecom/callback/subject'
import type { XmlObject } from '../wecom/callback/xml'

/** A delivery as it is shown. It is held while its endpoint takes nothing. */
export interface ShownDelivery
  extends Pick<Delivery, 'endpoint' | 'attempts' | 'nextAttemptAt' | 'lastError'> {
  readonly status: EventStatus | 'held'
}

/** What of an event's record makes its view. */
type Viewed = Pick<
  EventRecord,
  | 'id'
  | 'suiteId'
  | 'corpid'
  | 'source'
  | 'type'
  | 'receivedAt'
  | 'status'
  | 'attempts'
  | 'lastError'
> & {
  readonly body: string
  readonly deliveries: readonly ShownDelivery[]
}

export interface EventView extends Omit<Viewed, 'body'> {
  /**
   * The decrypted message: WeCom's element names, every value text. Empty if it can't be read, or
   * when the company has left and its data was erased.
   */
  readonly payload: XmlObject
  /** Whom or what it is about, by WeCom's element names: a member, a customer, an order … */
  readonly subject: Subject
}

/** The body as JSON, its secrets masked; `unread` says what is shown of one that can't be read. */
const payloadIn = (
  { source, body }: Pick<Viewed, 'source' | 'body'>,
  unread: (body: string) => XmlObject,
): { payload: XmlObject; isRead: boolean } => {
  // What suited notes itself is JSON already, and holds no secret.
  if (source === 'suited') return { payload: JSON.parse(body || '{}'), isRead: false }
  const parsed = parsePayload(body)
  return parsed.ok
    ? { payload: maskPayload(parsed.value), isRead: true }
    : { payload: unread(body), isRead: false }
}

/** What an event says, as it is sent; nothing of one that can't be read. */
export const payloadOf = (event: Pick<Viewed, 'source' | 'body'>): XmlObject =>
  payloadIn(event, () => ({})).payload

const viewOf = (event: Viewed, unread: (body: string) => XmlObject): EventView => {
  const { id, suiteId, corpid, source, type, receivedAt, status, attempts, lastError } = event
  const { payload, isRead } = payloadIn(event, unread)
  const deliveries = event.deliveries.map(
    ({ endpoint, status, attempts, nextAttemptAt, lastError }) => ({
      endpoint,
      status,
      attempts,
      nextAttemptAt,
      lastError,
    }),
  )
  const subject = isRead ? subjectOf(type, payload) : {}
  return {
    id,
    suiteId,
    corpid,
    source,
    type,
    receivedAt,
    status,
    attempts,
    lastError,
    deliveries,
    payload,
    subject,
  }
}

/** The event as the API shows it. */
export const showEvent = (event: Viewed): EventView => viewOf(event, () => ({}))

/**
 * The event as it is shown to the admin token and to keys of scope `admin` alone: of a message that
 * can't be read `payload.raw` has the text, with its secrets masked.
 */
export const showEventInFull = (event: Viewed): EventView =>
  viewOf(event, (body) => (body === '' ? {} : { raw: maskUnread(body) }))
