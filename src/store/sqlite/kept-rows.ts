/** The rows of all that the event log keeps, for its move: each function is one step. */
import type { Database } from 'bun:sqlite'
import type { KeptAttempt, KeptDelivery, KeptEvent } from '../driver/moving'
import { mapPage, seqAfter, stretchLength, stretchOf } from '../driver/paging'
import type { EventStatus } from '../event-record'
import type { Replay } from '../replays'
import type { Page } from '../store'
import { type DeliveryRow, deliveryOf, type EventRow, plainEventOf } from './database/event-rows'
import { type AttemptRow, attemptOf } from './delivery/attempt-rows'
import { insertDelivery } from './delivery/dispatch'
import { type ReplayRow, replayOf } from './delivery/replay-rows'
import { insertEvent } from './event-insert'

export const listKeptEvents = (db: Database, cursor: string | undefined): Page<KeptEvent> => {
  const rows = db
    .query<EventRow & { purge_at: number | null }, [number, number]>(
      'SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .all(seqAfter(cursor), stretchLength + 1)
  return mapPage(stretchOf(rows), (row) => ({
    ...plainEventOf(row),
    purgeAt: row.purge_at,
  }))
}

/** @param events with their secrets as they are to stand in the file */
export const addKeptEvents = (db: Database, events: readonly KeptEvent[]): void => {
  const goEarly = db.query('UPDATE events SET purge_at = ? WHERE seq = ?')
  for (const { purgeAt, ...event } of events) {
    const seq = insertEvent(db, event)
    if (purgeAt !== null) goEarly.run(purgeAt, seq)
  }
}

interface KeptDeliveryRow extends DeliveryRow {
  readonly event_id: string
  readonly replay: string | null
  readonly before_replay: string | null
}

const keptDeliveryOf = (row: KeptDeliveryRow): KeptDelivery => ({
  eventId: row.event_id,
  ...deliveryOf(row),
  replay:
    row.replay === null
      ? null
      : { id: row.replay, before: row.before_replay as EventStatus | null },
})

export const listKeptDeliveries = (
  db: Database,
  cursor: string | undefined,
): Page<KeptDelivery> => {
  const rows = db
    .query<KeptDeliveryRow, [number, number]>(
      `SELECT deliveries.*, events.id AS event_id
       FROM deliveries JOIN events ON events.seq = deliveries.event_seq
       WHERE deliveries.seq > ? ORDER BY deliveries.seq LIMIT ?`,
    )
    .all(seqAfter(cursor), stretchLength + 1)
  return mapPage(stretchOf(rows), keptDeliveryOf)
}

export const addKeptDeliveries = (db: Database, deliveries: readonly KeptDelivery[]): void => {
  const eventOf = db.query<{ seq: number; corpid: string | null }, [string]>(
    'SELECT seq, corpid FROM events WHERE id = ?',
  )
  for (const { eventId, replay, ...delivery } of deliveries) {
    const event = eventOf.get(eventId)
    if (!event) continue
    const { seq: eventSeq, corpid } = event
    insertDelivery(db, { ...delivery, eventSeq, corpid, ...(replay && { replay }) })
  }
}

interface KeptAttemptRow extends AttemptRow {
  readonly event_id: string
  readonly suite_id: string | null
  readonly corpid: string | null
}

export const listKeptAttempts = (db: Database, cursor: string | undefined): Page<KeptAttempt> => {
  const rows = db
    .query<KeptAttemptRow, [number, number]>(
      'SELECT * FROM attempts WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .all(seqAfter(cursor), stretchLength + 1)
  return mapPage(stretchOf(rows), (row) => ({
    eventId: row.event_id,
    suiteId: row.suite_id,
    corpid: row.corpid,
    ...attemptOf(row),
  }))
}

/** @param attempts with their answers as they are to stand in the file */
export const addKeptAttempts = (db: Database, attempts: readonly KeptAttempt[]): void => {
  const insert = db.query(
    `INSERT INTO attempts (event_id, suite_id, corpid, endpoint, at, address, status, error,
                           duration_ms, answer)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const one of attempts) {
    insert.run(
      one.eventId,
      one.suiteId,
      one.corpid,
      one.endpoint,
      one.at,
      one.address,
      one.status,
      one.error,
      one.durationMs,
      one.answer,
    )
  }
}

/** The oldest first. */
export const listKeptReplays = (db: Database): Replay[] =>
  db
    .query<ReplayRow, []>('SELECT * FROM replays ORDER BY started_at, id')
    .all()
    .map((row) => replayOf(db, row))

export const addKeptReplays = (db: Database, replays: readonly Replay[]): void => {
  const insert = db.query(
    `INSERT INTO replays (id, endpoint, query, status, searched_to, searched, total, sent,
                          started_at, ended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const one of replays) {
    insert.run(
      one.id,
      one.endpoint,
      JSON.stringify(one.query),
      one.status,
      one.searchedTo,
      one.searched ? 1 : 0,
      one.total,
      one.status === 'running' ? null : one.sent,
      one.startedAt,
      one.endedAt,
    )
  }
}
