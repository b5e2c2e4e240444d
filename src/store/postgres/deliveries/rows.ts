/** Rows of deliveries and of their events, and the records that they stand for. No I/O. */
import type { Delivery, EventRecord, EventSource, EventStatus } from '../../event-record'

export interface DeliveryRow {
  readonly seq: number
  readonly eventSeq: number
  readonly endpoint: string
  readonly corpid: string
  readonly ordered: boolean
  readonly status: EventStatus
  readonly attempts: number
  readonly step: number
  readonly nextAttemptAt: number | null
  readonly lastError: string | null
  readonly claim: number
  readonly dispatchedAt: number
}

/** What a statement reads of `deliveries d` for a row. */
export const deliveryColumns = `d.seq::float8 AS seq, d.event_seq::float8 AS "eventSeq", d.endpoint,
  d.corpid, d.ordered, d.status, d.attempts, d.step, d.next_attempt_at::float8 AS "nextAttemptAt",
  d.last_error AS "lastError", d.claim, d.dispatched_at::float8 AS "dispatchedAt"`

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  endpoint: row.endpoint,
  status: row.status,
  attempts: row.attempts,
  step: row.step,
  ordered: row.ordered,
  dispatchedAt: row.dispatchedAt,
  nextAttemptAt: row.nextAttemptAt,
  lastError: row.lastError,
})

export interface SentEventRow {
  readonly event_seq: number
  readonly event_id: string
  readonly event_suite_id: string | null
  readonly event_corpid: string | null
  readonly event_source: string
  readonly event_type: string
  readonly event_received_at: number
  readonly event_body: Uint8Array
  readonly event_kept: Uint8Array | null
  readonly event_outgoing: Uint8Array | null
  readonly event_status: string
  readonly event_attempts: number
  readonly event_next_attempt_at: number | null
  readonly event_last_error: string | null
  readonly event_dispatch_at: number | null
}

/** What a statement reads of `events e` for the event beside a delivery. */
export const sentEventColumns = `e.seq::float8 AS event_seq, e.id AS event_id,
  e.suite_id AS event_suite_id, e.corpid AS event_corpid, e.source AS event_source,
  e.type AS event_type, e.received_at::float8 AS event_received_at, e.body AS event_body,
  e.kept AS event_kept, e.outgoing AS event_outgoing, e.status AS event_status,
  e.attempts AS event_attempts, e.next_attempt_at::float8 AS event_next_attempt_at,
  e.last_error AS event_last_error, e.dispatch_at::float8 AS event_dispatch_at`

const decoder = new TextDecoder()

/** A sealed text out of its column. */
export const textIn = (bytes: Uint8Array): string => decoder.decode(bytes)

/** A sealed text for its column. */
export const bytesOf = (text: string): Uint8Array => Buffer.from(text)

/** As it stands there: sealed. */
export const sentEventOf = (row: SentEventRow): Omit<EventRecord, 'deliveries'> => ({
  id: row.event_id,
  suiteId: row.event_suite_id,
  corpid: row.event_corpid,
  source: row.event_source as EventSource,
  type: row.event_type,
  receivedAt: row.event_received_at,
  body: textIn(row.event_body),
  pendingSecret: row.event_kept && textIn(row.event_kept),
  status: row.event_status as EventStatus,
  attempts: row.event_attempts,
  nextAttemptAt: row.event_next_attempt_at,
  lastError: row.event_last_error,
  dispatchAt: row.event_dispatch_at,
  outgoing: row.event_outgoing && textIn(row.event_outgoing),
})
