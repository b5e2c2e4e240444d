/** The event log's part of an export, a stretch at a time. */
import type { Database } from 'bun:sqlite'
import { pageOf, seqAfter, stretchLength, stretchOf } from '../driver/paging'
import type { SeenIdentity } from '../event-log'
import type { EventRecord } from '../event-record'
import type { Page } from '../store'
import type { EventRow } from './database/event-rows'
import { withDeliveries } from './event-queries'

/**
 * The unfinished among the next 500 events; so a page may be empty and have a `next` all the same.
 */
export const listUnfinished = (db: Database, cursor: string | undefined): Page<EventRecord> => {
  const after = seqAfter(cursor)
  const found = db
    .query<{ seq: number }, [number, number]>(
      'SELECT seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    )
    .all(after, stretchLength + 1)
  const { items: stretch, next } = stretchOf(found)
  const last = stretch.at(-1)
  if (!last) return { items: [], next }
  const rows = db
    .query<EventRow, [number, number]>(
      `SELECT * FROM events
       WHERE seq > ? AND seq <= ? AND (
         status <> 'done' OR dispatch_at IS NOT NULL
         OR EXISTS (SELECT 1 FROM deliveries
                    WHERE event_seq = events.seq AND deliveries.status <> 'done'))
       ORDER BY seq`,
    )
    .all(after, last.seq)
  return { items: rows.map((row) => withDeliveries(db, row)), next }
}

/** The next 500 identities, in their own order. */
export const listIdentities = (db: Database, cursor = ''): Page<SeenIdentity> => {
  const rows = db
    .query<SeenIdentity, [string, number]>(
      `SELECT identity, seen_at AS seenAt FROM identities
       WHERE identity > ? ORDER BY identity LIMIT ?`,
    )
    .all(cursor, stretchLength + 1)
  return pageOf(rows, stretchLength, ({ identity }) => identity)
}
