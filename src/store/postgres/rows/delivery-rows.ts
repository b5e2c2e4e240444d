/** Rows of deliveries and the records that they stand for. No I/O. */
import type { Delivery, EventStatus } from '../../event-record'

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
