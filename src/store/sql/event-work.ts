/** What happens to an event and its deliveries: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { ClaimedDelivery, EventRecord, NewEvent, Settlement } from '../event-log'
import { outcomeOf } from '../settlement'
import { findEvent, withDeliveries } from './event-queries'
import type { DeliveryRow, EventRow } from './event-rows'

export const appendEvent = (db: Database, event: NewEvent): 'stored' | 'duplicate' => {
  const { changes } = db
    .query('INSERT INTO identities (identity, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
    .run(event.identity, event.receivedAt)
  if (changes === 0) return 'duplicate'
  const { lastInsertRowid } = db
    .query(
      `INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, status,
                           next_attempt_at, last_error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      event.id,
      event.suiteId,
      event.corpid,
      event.source,
      event.type,
      event.receivedAt,
      event.body,
      event.status,
      event.status === 'pending' ? event.receivedAt : null,
      event.lastError,
    )
  for (const endpoint of new Set(event.endpoints)) {
    db.query(
      `INSERT INTO deliveries (event_seq, endpoint, status, next_attempt_at)
       VALUES (?, ?, 'pending', ?)`,
    ).run(lastInsertRowid, endpoint, event.receivedAt)
  }
  return 'stored'
}

export const claimEvents = (
  db: Database,
  now: number,
  leaseMs: number,
  limit: number,
  first: readonly string[],
): EventRecord[] =>
  db
    .query<EventRow, { now: number; until: number; limit: number; first: string }>(
      `UPDATE events SET lease_until = $until
       WHERE seq IN (
         SELECT seq FROM events INDEXED BY events_pending
         WHERE status = 'pending' AND next_attempt_at <= $now AND lease_until <= $now
         ORDER BY type IN (SELECT value FROM json_each($first)) DESC, next_attempt_at, seq
         LIMIT $limit)
       RETURNING *`,
    )
    .all({ now, until: now + leaseMs, limit, first: JSON.stringify(first) })
    // RETURNING promises no order.
    .sort(
      (a, b) =>
        Number(first.includes(b.type)) - Number(first.includes(a.type)) ||
        (a.next_attempt_at ?? 0) - (b.next_attempt_at ?? 0) ||
        a.seq - b.seq,
    )
    .map((row) => withDeliveries(db, row))

export const settleEvent = (db: Database, id: string, settlement: Settlement): void => {
  const { status, nextAttemptAt, lastError } = outcomeOf(settlement)
  db.query(
    `UPDATE events
     SET status = ?, next_attempt_at = ?, last_error = ?, corpid = coalesce(?, corpid),
         attempts = attempts + 1, lease_until = 0
     WHERE id = ? AND status <> 'done'`,
  ).run(status, nextAttemptAt, lastError, settlement.corpid ?? null, id)
}

export const claimDeliveries = (
  db: Database,
  now: number,
  leaseMs: number,
  limit: number,
): ClaimedDelivery[] => {
  const due = db
    .query<EventRow & Pick<DeliveryRow, 'endpoint'> & { tries: number }, [number, number, number]>(
      // CROSS JOIN keeps the few that wait on the outside.
      `SELECT events.*, waiting.endpoint, waiting.attempts AS tries
       FROM deliveries AS waiting INDEXED BY deliveries_pending CROSS JOIN events
       WHERE waiting.status = 'pending' AND waiting.next_attempt_at <= ?
         AND waiting.lease_until <= ?
         AND events.seq = waiting.event_seq AND events.status <> 'pending'
       ORDER BY waiting.next_attempt_at, waiting.event_seq, waiting.endpoint LIMIT ?`,
    )
    .all(now, now, limit)
  const lease = db.query(
    'UPDATE deliveries SET lease_until = ? WHERE event_seq = ? AND endpoint = ?',
  )
  return due.map((row) => {
    lease.run(now + leaseMs, row.seq, row.endpoint)
    return { endpoint: row.endpoint, attempts: row.tries, event: withDeliveries(db, row) }
  })
}

export const settleDelivery = (
  db: Database,
  id: string,
  endpoint: string,
  settlement: Settlement,
): void => {
  const { status, nextAttemptAt, lastError } = outcomeOf(settlement)
  db.query(
    `UPDATE deliveries
     SET status = ?, next_attempt_at = ?, last_error = ?, attempts = attempts + 1, lease_until = 0
     WHERE event_seq = (SELECT seq FROM events WHERE id = ?) AND endpoint = ?
       AND status <> 'done'`,
  ).run(status, nextAttemptAt, lastError, id, endpoint)
}

export const retryEvent = (db: Database, id: string, now: number): EventRecord | null => {
  db.query(
    "UPDATE events SET status = 'pending', next_attempt_at = ? WHERE id = ? AND status <> 'done'",
  ).run(now, id)
  db.query(
    `UPDATE deliveries SET status = 'pending', next_attempt_at = ?
     WHERE event_seq = (SELECT seq FROM events WHERE id = ?) AND status <> 'done'`,
  ).run(now, id)
  return findEvent(db, id)
}

export const hastenEvents = (
  db: Database,
  types: readonly string[],
  suiteId: string,
  now: number,
): number =>
  db
    .query(
      `UPDATE events SET next_attempt_at = $now
       WHERE status = 'pending' AND next_attempt_at > $now AND suite_id = $suiteId
         AND type IN (SELECT value FROM json_each($types))`,
    )
    .run({ now, suiteId, types: JSON.stringify(types) }).changes

/** Claims of a process that is no more: the folder has one owner, and that is now this one. */
export const voidClaims = (db: Database): void => {
  db.run("UPDATE events SET lease_until = 0 WHERE status = 'pending' AND lease_until > 0")
  db.run("UPDATE deliveries SET lease_until = 0 WHERE status = 'pending' AND lease_until > 0")
}
