/** Rows of the event log's tables and the records that they stand for. No I/O. */
import type { Delivery, EventRecord, EventSource, EventStatus } from '../../event-record'

interface WorkRow {
  readonly status: string
  readonly attempts: number
  readonly next_attempt_at: number | null
  readonly last_error: string | null
}

export interface EventRow extends WorkRow {
  readonly seq: number
  readonly id: string
  readonly suite_id: string | null
  readonly corpid: string | null
  readonly source: string
  readonly type: string
  readonly received_at: number
  readonly body: string
  /** The pending secret. */
  readonly kept: string | null
  readonly claim: number
  readonly dispatch_at: number | null
  readonly outgoing: string | null
}

export interface DeliveryRow extends WorkRow {
  readonly seq: number
  readonly event_seq: number
  readonly endpoint: string
  readonly corpid: string
  readonly ordered: number
  readonly waits: number
  readonly step: number
  readonly claim: number
  readonly dispatched_at: number
}

const progressOf = (row: WorkRow) => ({
  status: row.status as EventStatus,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  lastError: row.last_error,
})

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  endpoint: row.endpoint,
  ...progressOf(row),
  step: row.step,
  ordered: row.ordered === 1,
  dispatchedAt: row.dispatched_at,
})

export const plainEventOf = (row: EventRow): Omit<EventRecord, 'deliveries'> => ({
  id: row.id,
  suiteId: row.suite_id,
  corpid: row.corpid,
  source: row.source as EventSource,
  type: row.type,
  receivedAt: row.received_at,
  body: row.body,
  pendingSecret: row.kept,
  ...progressOf(row),
  // An older file has no such columns yet when its facts are copied.
  dispatchAt: row.dispatch_at ?? null,
  outgoing: row.outgoing ?? null,
})

export const eventOf = (row: EventRow, deliveries: readonly DeliveryRow[]): EventRecord => ({
  ...plainEventOf(row),
  deliveries: deliveries.map(deliveryOf),
})
