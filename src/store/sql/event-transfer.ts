/** What leaves with an export and comes back with an import: each is one step. */
import type { Database } from 'bun:sqlite'
import { cursorAfter, placeOfCursor } from '../event-cursor'
import type { EventRecord, SeenIdentity } from '../event-log'
import type { Page } from '../store'
import { withDeliveries } from './event-queries'
import type { EventRow } from './event-rows'

/** Few enough rows to hold up nothing else while they are read. */
const stretchLength = 500

export const listUnfinished = (db: Database, cursor: string | undefined): Page<EventRecord> => {
  const after = cursor === undefined ? 0 : placeOfCursor(cursor)
  const stretch = db
    .query<{ seq: number }, [number, number]>(
      'SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .all(after, stretchLength + 1)
  const last = stretch.slice(0, stretchLength).at(-1)
  if (!last) return { items: [], next: null }
  const rows = db
    .query<EventRow, [number, number]>(
      `SELECT * FROM events
       WHERE seq > ? AND seq <= ? AND (
         status <> 'done'
         OR EXISTS (SELECT 1 FROM deliveries WHERE event_seq = seq AND deliveries.status <> 'done'))
       ORDER BY seq`,
    )
    .all(after, last.seq)
  return {
    items: rows.map((row) => withDeliveries(db, row)),
    next: stretch.length > stretchLength ? cursorAfter(last.seq) : null,
  }
}

export const listIdentities = (db: Database, cursor = ''): Page<SeenIdentity> => {
  const rows = db
    .query<SeenIdentity, [string, number]>(
      `SELECT identity, seen_at AS seenAt FROM identities
       WHERE identity > ? ORDER BY identity LIMIT ?`,
    )
    .all(cursor, stretchLength + 1)
  const items = rows.slice(0, stretchLength)
  return { items, next: rows.length > items.length ? (items.at(-1)?.identity ?? null) : null }
}

const remember = (db: Database, { identity, seenAt }: SeenIdentity): boolean =>
  db
    .query('INSERT INTO identities (identity, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
    .run(identity, seenAt).changes > 0

export const restoreEvent = (
  db: Database,
  event: EventRecord,
  identity: string,
): 'stored' | 'duplicate' => {
  if (db.query('SELECT 1 FROM events WHERE id = ?').get(event.id)) return 'duplicate'
  if (!remember(db, { identity, seenAt: event.receivedAt })) return 'duplicate'
  const { lastInsertRowid } = db
    .query(
      `INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, status, attempts,
                           next_attempt_at, last_error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    )
  for (const { endpoint, status, attempts, nextAttemptAt, lastError } of event.deliveries) {
    db.query(
      `INSERT INTO deliveries (event_seq, endpoint, status, attempts, next_attempt_at, last_error)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ).run(lastInsertRowid, endpoint, status, attempts, nextAttemptAt, lastError)
  }
  return 'stored'
}

export const restoreIdentities = (db: Database, identities: readonly SeenIdentity[]): void => {
  for (const seen of identities) remember(db, seen)
}
