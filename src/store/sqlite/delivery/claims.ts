/** Claims of deliveries: each function is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { ClaimedDelivery, DeliveryClaim } from '../../deliveries'
import { type DeliveryRow, type EventRow, plainEventOf } from '../database/event-rows'

/** What may be taken at all, by the index that is in the order of the times. */
const takeable = `deliveries INDEXED BY deliveries_due
  WHERE endpoint = $endpoint AND status = 'pending' AND waits = 0 AND lease_until <= $now`

/** When the next one that nobody holds at `now` is due. */
export const nextDeliveryAt = (db: Database, endpoint: string, now: number): number | null =>
  db
    .query<{ at: number }, { endpoint: string; now: number }>(
      `SELECT next_attempt_at AS at FROM ${takeable} ORDER BY next_attempt_at LIMIT 1`,
    )
    .get({ endpoint, now })?.at ?? null

const claimRow = (db: Database, row: DeliveryRow, until: number): ClaimedDelivery | null => {
  const event = db
    .query<EventRow, [number]>('SELECT * FROM events WHERE seq = ?')
    .get(row.event_seq)
  if (!event) return null
  db.query('UPDATE deliveries SET claim = claim + 1, lease_until = ? WHERE seq = ?').run(
    until,
    row.seq,
  )
  return {
    endpoint: row.endpoint,
    claim: row.claim + 1,
    attempts: row.attempts,
    step: row.step,
    dispatchedAt: row.dispatched_at,
    event: plainEventOf(event),
  }
}

/** Fresh ones first, then the backlog. */
export const claimDeliveries = (
  db: Database,
  { endpoint, now, leaseMs, freshSince, limit, backlogLimit }: DeliveryClaim,
): ClaimedDelivery[] => {
  const given = { endpoint, now, freshSince }
  const fresh = db
    .query<DeliveryRow, typeof given & { limit: number }>(
      // What was dispatched then can't be due before.
      `SELECT * FROM ${takeable} AND next_attempt_at BETWEEN $freshSince AND $now
         AND dispatched_at >= $freshSince
       ORDER BY next_attempt_at, seq LIMIT $limit`,
    )
    .all({ ...given, limit })
  const rest = Math.min(limit - fresh.length, backlogLimit)
  const backlog =
    rest > 0
      ? db
          .query<DeliveryRow, typeof given & { limit: number }>(
            `SELECT * FROM ${takeable} AND next_attempt_at <= $now AND dispatched_at < $freshSince
             ORDER BY next_attempt_at, seq LIMIT $limit`,
          )
          .all({ ...given, limit: rest })
      : []
  return [...fresh, ...backlog].flatMap((row) => claimRow(db, row, now + leaseMs) ?? [])
}

/** One delivery, due or not, if nobody holds it; one whose turn it isn't is due when that comes. */
export const claimDelivery = (
  db: Database,
  id: string,
  endpoint: string,
  now: number,
  leaseMs: number,
): ClaimedDelivery | null => {
  const row = db
    .query<DeliveryRow, [string, string, number]>(
      `SELECT * FROM deliveries
       WHERE event_seq = (SELECT seq FROM events WHERE id = ?) AND endpoint = ?
         AND status = 'pending' AND lease_until <= ?`,
    )
    .get(id, endpoint, now)
  if (!row) return null
  if (row.waits === 0) return claimRow(db, row, now + leaseMs)
  db.query('UPDATE deliveries SET next_attempt_at = min(next_attempt_at, ?) WHERE seq = ?').run(
    now,
    row.seq,
  )
  return null
}
