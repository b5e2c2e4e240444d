/** What becomes of the deliveries of an event with it: renewed, restored, removed. */
import type { Delivery } from '../../event-record'
import { integers, type Query } from '../connection/database'
import { moment } from '../connection/moment'
import { type DeliveryRow, deliveryColumns } from '../rows/delivery-rows'
import { insertDeliveries, type NewDelivery } from './insert'
import { moveUp, type Place } from './line'

const removeSql = 'DELETE FROM deliveries WHERE seq = ANY($1::bigint[])'

/** Takes deliveries away whose places others take; part of a transaction. */
export const removeRows = async (query: Query, rows: readonly DeliveryRow[]): Promise<void> => {
  if (rows.length > 0) await query(removeSql, [integers(rows.map(({ seq }) => seq))])
}

/**
 * What takes the place of a delivery that has ended, at the end of its line.
 *
 * @param replay with whether its endpoint takes events in order now
 */
export const anew = (
  row: DeliveryRow,
  now: number,
  replay?: { readonly id: string; readonly ordered: boolean },
): NewDelivery => ({
  eventSeq: row.eventSeq,
  corpid: row.corpid,
  endpoint: row.endpoint,
  status: 'pending',
  attempts: row.attempts,
  step: 0,
  claim: row.claim,
  ordered: replay?.ordered ?? row.ordered,
  // What is replayed is backlog by its time, too, or it would be looked through for what is fresh.
  nextAttemptAt: replay ? Math.min(row.dispatchedAt, now) : now,
  lastError: row.lastError,
  dispatchedAt: row.dispatchedAt,
  ...(replay && { replay: { id: replay.id, before: row.status } }),
})

const lockEventSql = `
  SELECT seq::float8 AS seq, ${moment(2)}::float8 AS now FROM events WHERE id = $1 FOR UPDATE`

const openSql = `
  SELECT ${deliveryColumns} FROM deliveries d
  WHERE d.event_seq = $1 AND d.status <> 'done' ORDER BY d.seq FOR UPDATE`

const makeDueSql = 'UPDATE deliveries SET next_attempt_at = $2 WHERE seq = ANY($1::bigint[])'

/**
 * Makes those of an event that are not done due; part of a transaction.
 *
 * @param now null: by the database's clock
 */
export const renewDeliveries = async (
  query: Query,
  eventId: string,
  now: number | null,
): Promise<void> => {
  const [event] = await query<{ seq: number; now: number }>(lockEventSql, [eventId, now])
  if (!event) return
  const open = await query<DeliveryRow>(openSql, [event.seq])
  const pending = open.filter(({ status }) => status === 'pending')
  if (pending.length > 0) {
    await query(makeDueSql, [integers(pending.map(({ seq }) => seq)), event.now])
  }
  const ended = open.filter(({ status }) => status !== 'pending')
  await removeRows(query, ended)
  await insertDeliveries(
    query,
    ended.map((row) => anew(row, event.now)),
  )
}

/** Those of an event of an export, as they were; part of the transaction that adds the event. */
export const restoreDeliveries = (
  query: Query,
  event: { readonly seq: number; readonly corpid: string | null },
  deliveries: readonly Delivery[],
): Promise<void> =>
  insertDeliveries(
    query,
    deliveries.map((delivery) => ({ ...delivery, eventSeq: event.seq, corpid: event.corpid })),
  )

const removeOfEventsSql = `
  DELETE FROM deliveries WHERE event_seq = ANY($1::bigint[])
  RETURNING endpoint, corpid, (status = 'pending' AND ordered) AS "stood"`

/** Removes the deliveries of events, whose lines move up; part of a transaction. */
export const removeDeliveriesOf = async (
  query: Query,
  eventSeqs: readonly number[],
): Promise<void> => {
  if (eventSeqs.length === 0) return
  const gone = await query<Place & { stood: boolean }>(removeOfEventsSql, [integers(eventSeqs)])
  await moveUp(
    query,
    gone.filter(({ stood }) => stood),
  )
}
