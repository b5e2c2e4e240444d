/** The ends of deliveries: each function is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { Attempt, DeliveryOutcome, DeliveryQueue, SettledDelivery } from '../../deliveries'
import { afterAttempt } from '../../driver/records/endpoint-states'
import type { DeliveryRow } from '../database/event-rows'
import { insertDelivery } from './dispatch'
import { moveUp } from './line'
import { stateOfEndpoint, writeState } from './states'

export type Settled = Parameters<DeliveryQueue['settleDelivery']>[0]

const find = (db: Database, id: string, endpoint: string): DeliveryRow | null =>
  db
    .query<DeliveryRow, [string, string]>(
      `SELECT * FROM deliveries
       WHERE event_seq = (SELECT seq FROM events WHERE id = ?) AND endpoint = ?`,
    )
    .get(id, endpoint)

const insertAttempt = (db: Database, id: string, attempt: Attempt): void => {
  db.query(
    `INSERT INTO attempts (event_id, suite_id, corpid, endpoint, at, address, status, error,
                           duration_ms, answer)
     VALUES (?1, (SELECT suite_id FROM events WHERE id = ?1),
             (SELECT corpid FROM events WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  ).run(
    id,
    attempt.endpoint,
    attempt.at,
    attempt.address,
    attempt.status,
    attempt.error,
    attempt.durationMs,
    attempt.answer,
  )
}

/** @param tries how many to add to its attempts */
const writeOutcome = (
  db: Database,
  row: DeliveryRow,
  outcome: DeliveryOutcome,
  tries: number,
): void => {
  if (outcome.status === 'unwanted') {
    db.query('DELETE FROM deliveries WHERE seq = ?').run(row.seq)
  } else {
    db.query(
      `UPDATE deliveries
       SET status = ?, next_attempt_at = ?, last_error = ?, step = ?, attempts = attempts + ?,
           lease_until = 0
       WHERE seq = ?`,
    ).run(
      outcome.status,
      outcome.status === 'pending' ? outcome.nextAttemptAt : null,
      outcome.status === 'done' ? null : outcome.lastError,
      outcome.status === 'pending' ? outcome.step : row.step,
      tries,
      row.seq,
    )
  }
  if (outcome.status !== 'pending' && row.ordered === 1) moveUp(db, row)
}

/** @param settled with its attempt's answer as it is to stand in the file */
export const settleDelivery = (db: Database, settled: Settled): SettledDelivery => {
  const { id, endpoint, claim, outcome, attempt, endpointTook } = settled
  const row = find(db, id, endpoint)
  const counts =
    row !== null && row.status !== 'done' && (row.claim === claim || outcome.status === 'done')
  if (counts) writeOutcome(db, row, outcome, attempt === null ? 0 : 1)
  const before = stateOfEndpoint(db, endpoint)
  // A delivery is gone with its endpoint, and another one may have the name by now.
  const tells = attempt !== null && row !== null
  const after = tells ? afterAttempt(before, attempt, endpointTook) : before
  if (attempt !== null) insertAttempt(db, id, attempt)
  if (after !== before) writeState(db, after)
  return { result: counts ? 'settled' : 'superseded', before, after }
}

/**
 * A delivery that has ended goes to the end of its line once more; a pending one is due.
 *
 * @param replay with whether its endpoint takes events in order now
 */
export const renewDelivery = (
  db: Database,
  row: DeliveryRow,
  now: number,
  replay?: { readonly id: string; readonly before: string; readonly ordered: boolean },
): void => {
  if (row.status === 'pending') {
    db.query('UPDATE deliveries SET next_attempt_at = ? WHERE seq = ?').run(now, row.seq)
    return
  }
  db.query('DELETE FROM deliveries WHERE seq = ?').run(row.seq)
  insertDelivery(db, {
    eventSeq: row.event_seq,
    corpid: row.corpid,
    endpoint: row.endpoint,
    status: 'pending',
    attempts: row.attempts,
    step: 0,
    claim: row.claim,
    ordered: replay?.ordered ?? row.ordered === 1,
    // What is replayed is backlog by its time, too, or it would be looked through for what is
    // fresh.
    nextAttemptAt: replay ? Math.min(row.dispatched_at, now) : now,
    lastError: row.last_error,
    dispatchedAt: row.dispatched_at,
    ...(replay && { replay }),
  })
}

/** Makes those of an event that are not done due at `now`. */
export const renewDeliveries = (db: Database, eventId: string, now: number): void => {
  const rows = db
    .query<DeliveryRow, [string]>(
      `SELECT * FROM deliveries
       WHERE event_seq = (SELECT seq FROM events WHERE id = ?) AND status <> 'done'`,
    )
    .all(eventId)
  for (const row of rows) renewDelivery(db, row, now)
}

/** Those that wait for their time, not for their turn. */
export const makeDue = (db: Database, endpoint: string, now: number): void => {
  db.query(
    `UPDATE deliveries SET next_attempt_at = min(dispatched_at, ?1)
     WHERE endpoint = ?2 AND status = 'pending' AND next_attempt_at > ?1`,
  ).run(now, endpoint)
}

/** Gives up to `limit` deliveries up that were dispatched before; returns how many. */
export const dropDeliveries = (
  db: Database,
  endpoint: string,
  before: number,
  lastError: string,
  limit: number,
): number => {
  const rows = db
    .query<DeliveryRow, [string, number, number]>(
      `SELECT * FROM deliveries INDEXED BY deliveries_open
       WHERE endpoint = ? AND status = 'pending' AND dispatched_at < ? LIMIT ?`,
    )
    .all(endpoint, before, limit)
  for (const row of rows) writeOutcome(db, row, { status: 'dead', lastError }, 0)
  if (rows.length > 0) {
    const state = stateOfEndpoint(db, endpoint)
    writeState(db, { ...state, dropped: state.dropped + rows.length })
  }
  return rows.length
}

/** Forgets up to `limit` deliveries of an endpoint; returns how many. */
export const removeDeliveries = (db: Database, endpoint: string, limit: number): number =>
  db
    .query(
      `DELETE FROM deliveries
       WHERE seq IN (SELECT seq FROM deliveries WHERE endpoint = ? LIMIT ?)`,
    )
    .run(endpoint, limit).changes
