/** Rows of events, with their deliveries, and the records that they stand for. No I/O. */
import type { Delivery, EventRecord, EventSource, EventStatus } from '../../event-record'
import { textIn } from '../connection/bytes'

export interface EventRow {
  readonly seq: number
  readonly id: string
  readonly suiteId: string | null
  readonly corpid: string | null
  readonly source: string
  readonly type: string
  readonly receivedAt: number
  readonly body: Uint8Array
  readonly kept: Uint8Array | null
  readonly outgoing: Uint8Array | null
  readonly status: string
  readonly attempts: number
  readonly nextAttemptAt: number | null
  readonly lastError: string | null
  readonly dispatchAt: number | null
}

/** The columns of an `EventRow`, of the table or what stands for it under this name. */
export const eventColumns = (events: string): string => `
  ${events}.seq::float8 AS seq, ${events}.id, ${events}.suite_id AS "suiteId", ${events}.corpid,
  ${events}.source, ${events}.type, ${events}.received_at::float8 AS "receivedAt",
  ${events}.body, ${events}.kept, ${events}.outgoing, ${events}.status, ${events}.attempts,
  ${events}.next_attempt_at::float8 AS "nextAttemptAt", ${events}.last_error AS "lastError",
  ${events}.dispatch_at::float8 AS "dispatchAt"`

export interface WholeEventRow extends EventRow {
  /** JSON; null where it has none. */
  readonly deliveries: string | null
}

/** As `eventColumns`, with the deliveries of the event. */
export const wholeEventColumns = (events: string): string => `${eventColumns(events)},
  (SELECT json_agg(json_build_object(
     'endpoint', d.endpoint, 'status', d.status, 'attempts', d.attempts, 'step', d.step,
     'ordered', d.ordered, 'dispatchedAt', d.dispatched_at, 'nextAttemptAt', d.next_attempt_at,
     'lastError', d.last_error) ORDER BY d.endpoint)::text
   FROM deliveries d WHERE d.event_seq = ${events}.seq) AS deliveries`

/** The event without its deliveries, its secrets as they stand in the row. */
export const plainEventOf = (row: EventRow): Omit<EventRecord, 'deliveries'> => ({
  id: row.id,
  suiteId: row.suiteId,
  corpid: row.corpid,
  source: row.source as EventSource,
  type: row.type,
  receivedAt: row.receivedAt,
  body: textIn(row.body),
  pendingSecret: row.kept && textIn(row.kept),
  status: row.status as EventStatus,
  attempts: row.attempts,
  nextAttemptAt: row.nextAttemptAt,
  lastError: row.lastError,
  dispatchAt: row.dispatchAt,
  outgoing: row.outgoing && textIn(row.outgoing),
})

const deliveriesOf = (json: string | null): Delivery[] => (json === null ? [] : JSON.parse(json))

/** The event, its secrets as they stand in the row. */
export const eventOf = (row: WholeEventRow): EventRecord => ({
  ...plainEventOf(row),
  deliveries: deliveriesOf(row.deliveries),
})
