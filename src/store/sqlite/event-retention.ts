/** Erasures and deletions of events: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import { moveUp, type Place } from './delivery/line'

const noneOnItsWay = `dispatch_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM deliveries WHERE event_seq = events.seq AND deliveries.status = 'pending')`

/** Empties bodies and pending secrets of a company's settled events; returns of how many. */
export const blankBodies = (db: Database, suiteId: string, corpid: string): number =>
  db
    .query(
      `UPDATE events SET body = '', kept = NULL, outgoing = NULL
       WHERE corpid = ? AND suite_id = ? AND status <> 'pending'
         AND (body <> '' OR kept IS NOT NULL) AND ${noneOnItsWay}`,
    )
    .run(corpid, suiteId).changes

/**
 * Erases up to `limit` events that came of a company until then, with all that belongs to them;
 * returns how many.
 */
export const eraseEvents = (
  db: Database,
  suiteId: string,
  corpid: string,
  until: number,
  limit: number,
): number => {
  const gone = db
    .query<{ seq: number }, [string, string, number, number]>(
      `DELETE FROM events WHERE seq IN (
         SELECT seq FROM events INDEXED BY events_by_corpid
         WHERE corpid = ? AND suite_id = ? AND received_at <= ? LIMIT ?)
       RETURNING seq`,
    )
    .all(corpid, suiteId, until, limit)
  const forget = db.query<Place, [number]>(
    'DELETE FROM deliveries WHERE event_seq = ? RETURNING endpoint, corpid',
  )
  for (const { seq } of gone) for (const place of forget.all(seq)) moveUp(db, place)
  return gone.length
}

const forgetDeliveries = (db: Database, events: readonly { readonly seq: number }[]): void => {
  const forget = db.query('DELETE FROM deliveries WHERE event_seq = ?')
  for (const { seq } of events) forget.run(seq)
}

/** Forgets up to `limit` dead events whose own time to go has come; returns how many went. */
export const purgeEarly = (db: Database, now: number, limit: number): number => {
  const removed = db
    .query<{ seq: number }, [number, number]>(
      `DELETE FROM events
       WHERE seq IN (
         SELECT seq FROM events INDEXED BY events_going_early
         WHERE purge_at < ? AND status = 'dead' AND ${noneOnItsWay}
         LIMIT ?)
       RETURNING seq`,
    )
    .all(now, limit)
  forgetDeliveries(db, removed)
  return removed.length
}

/** Forgets up to `limit` settled events; returns how many went. */
export const purgeEvents = (
  db: Database,
  doneBefore: number,
  deadBefore: number,
  limit: number,
): number => {
  const removed = db
    .query<{ seq: number }, Record<'done' | 'dead' | 'either' | 'limit', number>>(
      `DELETE FROM events
       WHERE seq IN (
         SELECT seq FROM events INDEXED BY events_by_age
         WHERE received_at < $either
           AND (status = 'done' AND received_at < $done OR status = 'dead' AND received_at < $dead)
           AND ${noneOnItsWay}
         LIMIT $limit)
       RETURNING seq`,
    )
    .all({
      done: doneBefore,
      dead: deadBefore,
      either: Math.max(doneBefore, deadBefore),
      limit,
    })
  forgetDeliveries(db, removed)
  return removed.length
}

/** Forgets up to `limit` identities; returns how many went. */
export const purgeIdentities = (db: Database, seenBefore: number, limit: number): number =>
  db
    .query(
      `DELETE FROM identities
       WHERE identity IN (SELECT identity FROM identities WHERE seen_at < ? LIMIT ?)`,
    )
    .run(seenBefore, limit).changes

const unusedPages = (db: Database): number => {
  const sql = 'PRAGMA freelist_count'
  return db.query<{ freelist_count: number }, []>(sql).get()?.freelist_count ?? 0
}

/** Gives up to `limit` pages that nothing uses back to the disk; returns how many. */
export const giveBackPages = (db: Database, limit: number): number => {
  const before = unusedPages(db)
  db.run(`PRAGMA incremental_vacuum(${limit})`)
  return before - unusedPages(db)
}
