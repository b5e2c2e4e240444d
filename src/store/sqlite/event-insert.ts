/** The insert of an event, new or from an export: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import { freshEvent, identityBefore } from '../driver/records/event-records'
import type { SeenIdentity } from '../event-log'
import type { EventRecord, NewEvent } from '../event-record'
import { insertDelivery } from './delivery/dispatch'

const remember = (db: Database, { identity, seenAt }: SeenIdentity): boolean =>
  db
    .query(
      `INSERT INTO identities (identity, seen_at)
       SELECT ?1, ?2
       WHERE NOT EXISTS (SELECT 1 FROM identities WHERE identity = ?3)
       ON CONFLICT DO NOTHING`,
    )
    .run(identity, seenAt, identityBefore(identity)).changes > 0

/** The event without its deliveries; its place in the order of arrival. */
export const insertEvent = (db: Database, event: Omit<EventRecord, 'deliveries'>): number => {
  const { lastInsertRowid } = db
    .query(
      `INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, status, attempts,
                           next_attempt_at, last_error, kept, dispatch_at, outgoing)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      event.attempts,
      event.nextAttemptAt,
      event.lastError,
      event.pendingSecret,
      event.dispatchAt,
      event.outgoing,
    )
  return Number(lastInsertRowid)
}

const insert = (db: Database, event: EventRecord): void => {
  const eventSeq = insertEvent(db, event)
  for (const delivery of event.deliveries) {
    insertDelivery(db, { ...delivery, eventSeq, corpid: event.corpid })
  }
}

/** A new event, unless its identity is remembered. */
export const appendEvent = (db: Database, event: NewEvent): 'stored' | 'duplicate' => {
  const { identity, receivedAt } = event
  if (!remember(db, { identity, seenAt: receivedAt })) return 'duplicate'
  insert(db, freshEvent(event))
  return 'stored'
}

/** An event of an export as it was, unless its id is taken or its identity remembered. */
export const restoreEvent = (
  db: Database,
  event: EventRecord,
  identity: string,
): 'stored' | 'duplicate' => {
  if (db.query('SELECT 1 FROM events WHERE id = ?').get(event.id)) return 'duplicate'
  if (!remember(db, { identity, seenAt: event.receivedAt })) return 'duplicate'
  insert(db, event)
  return 'stored'
}

/** Gives how many are new. Those that are remembered already stay as they are. */
export const restoreIdentities = (db: Database, identities: readonly SeenIdentity[]): number =>
  identities.filter((seen) => remember(db, seen)).length
