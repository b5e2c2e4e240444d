/** The rows of replays: each function is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { Replay, Replays } from '../../replays'
import type { DeliveryRow } from '../database/event-rows'
import { insertDelivery } from './dispatch'
import { moveUp } from './line'
import { renewDelivery } from './settle'

export interface ReplayRow {
  readonly id: string
  readonly endpoint: string
  readonly query: string
  readonly status: string
  readonly searched_to: string | null
  readonly searched: number
  readonly total: number
  /** Once it has ended; before, what is pending tells. */
  readonly sent: number | null
  readonly started_at: number
  readonly ended_at: number | null
}

const unsentOf = (db: Database, id: string): number =>
  db
    .query<{ n: number }, [string]>(
      `SELECT count(*) AS n FROM deliveries INDEXED BY deliveries_of_replay
       WHERE replay = ? AND status = 'pending'`,
    )
    .get(id)?.n ?? 0

/** With what of it is sent. */
export const replayOf = (db: Database, row: ReplayRow): Replay => ({
  id: row.id,
  endpoint: row.endpoint,
  query: JSON.parse(row.query),
  status: row.status as Replay['status'],
  searchedTo: row.searched_to,
  searched: row.searched === 1,
  total: row.total,
  sent: row.sent ?? row.total - unsentOf(db, row.id),
  startedAt: row.started_at,
  endedAt: row.ended_at,
})

/** A new job, with nothing searched. */
export const startReplay = (db: Database, replay: Parameters<Replays['startReplay']>[0]): void => {
  db.query(
    "INSERT INTO replays (id, endpoint, query, status, started_at) VALUES (?, ?, ?, 'running', ?)",
  ).run(replay.id, replay.endpoint, JSON.stringify(replay.query), replay.startedAt)
}

/** The job of this id, with what of it is sent; null if there is none. */
export const getReplay = (db: Database, id: string): Replay | null => {
  const row = db.query<ReplayRow, [string]>('SELECT * FROM replays WHERE id = ?').get(id)
  return row && replayOf(db, row)
}

/** The jobs that have not ended, the oldest first. */
export const listRunning = (db: Database): Replay[] =>
  db
    .query<ReplayRow, []>("SELECT * FROM replays WHERE status = 'running' ORDER BY started_at, id")
    .all()
    .map((row) => replayOf(db, row))

/** @param step with bodies as they are to stand in the file */
export const continueReplay = (
  db: Database,
  step: Parameters<Replays['continueReplay']>[0],
): void => {
  const { id, from, searchedTo, searched, found, now } = step
  const replay = getReplay(db, id)
  if (replay?.status !== 'running' || replay.searched || replay.searchedTo !== from) return
  let added = 0
  for (const { id: eventId, body, endpoints } of found) {
    const event = db
      .query<{ seq: number; corpid: string | null; received_at: number }, [string, string]>(
        `UPDATE events SET outgoing = coalesce(outgoing, ?) WHERE id = ?
         RETURNING seq, corpid, received_at`,
      )
      .get(body, eventId)
    const endpoint = endpoints.find(({ name }) => name === replay.endpoint)
    if (!event || !endpoint) continue
    const row = db
      .query<DeliveryRow, [number, string]>(
        'SELECT * FROM deliveries WHERE event_seq = ? AND endpoint = ?',
      )
      .get(event.seq, endpoint.name)
    if (row?.status === 'pending' || (row?.status === 'done' && !replay.query.all)) continue
    added += 1
    if (row) {
      renewDelivery(db, row, now, { id, before: row.status, ordered: endpoint.ordered })
    } else {
      insertDelivery(db, {
        eventSeq: event.seq,
        corpid: event.corpid,
        endpoint: endpoint.name,
        status: 'pending',
        attempts: 0,
        step: 0,
        ordered: endpoint.ordered,
        nextAttemptAt: Math.min(event.received_at, endpoint.dueAt),
        lastError: null,
        dispatchedAt: event.received_at,
        replay: { id, before: null },
      })
    }
  }
  db.query('UPDATE replays SET searched_to = ?, searched = ?, total = total + ? WHERE id = ?').run(
    searchedTo,
    searched ? 1 : 0,
    added,
    id,
  )
}

/** Puts back what a replay put on its way and nobody has taken yet. */
const putBack = (db: Database, id: string, now: number): void => {
  const rows = db
    .query<DeliveryRow & { before_replay: string | null }, [string, number]>(
      `SELECT * FROM deliveries INDEXED BY deliveries_of_replay
       WHERE replay = ? AND status = 'pending' AND lease_until <= ?`,
    )
    .all(id, now)
  for (const row of rows) {
    if (row.before_replay === null) db.query('DELETE FROM deliveries WHERE seq = ?').run(row.seq)
    else {
      db.query('UPDATE deliveries SET status = ?, next_attempt_at = NULL WHERE seq = ?').run(
        row.before_replay,
        row.seq,
      )
    }
    if (row.ordered === 1) moveUp(db, row)
  }
}

/** Ends a job that runs; a cancelled one puts back what nobody has taken. */
export const endReplay = (
  db: Database,
  id: string,
  status: 'done' | 'cancelled',
  at: number,
): Replay | null => {
  const running = getReplay(db, id)
  if (running?.status === 'running') {
    // Counted before what is unsent goes.
    db.query('UPDATE replays SET status = ?, ended_at = ?, sent = ? WHERE id = ?').run(
      status,
      at,
      running.sent,
      id,
    )
    if (status === 'cancelled') putBack(db, id, at)
  }
  return getReplay(db, id)
}
