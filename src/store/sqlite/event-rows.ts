/** Rows of the event log's tables and the records that they stand for. No I/O. */
import type { Delivery, EventRecord, EventSource, EventStatus } from '../event-log'

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
}

export interface DeliveryRow extends WorkRow {
  readonly event_seq: number
  readonly endpoint: string
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
})

export const eventOf = (row: EventRow, deliveries: readonly DeliveryRow[]): EventRecord => ({
  id: row.id,
  suiteId: row.suite_id,
  corpid: row.corpid,
  source: row.source as EventSource,
  type: row.type,
  receivedAt: row.received_at,
  body: row.body,
  pendingSecret: row.kept,
  ...progressOf(row),
  deliveries: deliveries.map(deliveryOf),
})
