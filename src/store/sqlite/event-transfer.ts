/** What leaves with an export, a stretch at a time. */
import type { Database } from 'bun:sqlite'
import { cursorAfter, placeOfCursor } from '../driver/event-records'
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
