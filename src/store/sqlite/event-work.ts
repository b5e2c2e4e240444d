/** Changes of an event and its deliveries: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import { outcomeOf, purgeAtOf } from '../driver/records/event-records'
import {
  type ClaimedEvent,
  dispatchAtOnce,
  type EventRecord,
  type Settlement,
} from '../event-record'
import type { EventRow } from './database/event-rows'
import { renewDeliveries } from './delivery/settle'
import { findEvent, withDeliveries } from './event-queries'

/**
 * Takes up to `limit` pending events that are due, those of the types in `first` before all others,
 * those of the suites in `exceptSuites` not at all.
 */
export const claimEvents = (
  db: Database,
  now: number,
  leaseMs: number,
  limit: number,
  first: readonly string[],
  exceptSuites: readonly string[],
): ClaimedEvent[] =>
  db
    .query<EventRow, { now: number; until: number; limit: number; first: string; except: string }>(
      `UPDATE events SET lease_until = $until, claim = claim + 1
       WHERE seq IN (
         SELECT seq FROM events INDEXED BY events_pending
         WHERE status = 'pending' AND next_attempt_at <= $now AND lease_until <= $now
           AND ifnull(suite_id, '') NOT IN (SELECT value FROM json_each($except))
         ORDER BY type IN (SELECT value FROM json_each($first)) DESC, next_attempt_at, seq
         LIMIT $limit)
       RETURNING *`,
    )
    .all({
      now,
      until: now + leaseMs,
      limit,
      first: JSON.stringify(first),
      except: JSON.stringify(exceptSuites),
    })
    // RETURNING promises no order.
    .sort(
      (a, b) =>
        Number(first.includes(b.type)) - Number(first.includes(a.type)) ||
        (a.next_attempt_at ?? 0) - (b.next_attempt_at ?? 0) ||
        a.seq - b.seq,
    )
    .map((row) => ({ ...withDeliveries(db, row), claim: row.claim, lostClaims: 0 }))

/** Writes the pending secret of an event that is not done. */
export const savePendingSecret = (
  db: Database,
  id: string,
  text: string | null,
  claim: number | null,
): void => {
  db.query(
    `UPDATE events SET kept = ?1
     WHERE id = ?2 AND status <> 'done' AND (?3 IS NULL OR claim = ?3)`,
  ).run(text, id, claim)
}

/** Writes how a try ended, if its claim is the last one; `done` counts under any. */
export const settleEvent = (
  db: Database,
  id: string,
  claim: number | null,
  settlement: Settlement,
): 'settled' | 'superseded' => {
  const { status, nextAttemptAt, lastError } = outcomeOf(settlement)
  const { changes } = db
    .query(
      `UPDATE events
       SET status = ?1, next_attempt_at = ?2, last_error = ?3, corpid = coalesce(?4, corpid),
           attempts = attempts + 1, lease_until = 0,
           kept = CASE WHEN ?1 = 'done' THEN NULL ELSE kept END,
           purge_at = ?7, dispatch_at = CASE WHEN ?7 IS NULL THEN dispatch_at END
       WHERE id = ?5 AND status <> 'done' AND (?6 IS NULL OR claim = ?6 OR ?1 = 'done')`,
    )
    .run(
      status,
      nextAttemptAt,
      lastError,
      settlement.corpid ?? null,
      id,
      claim,
      purgeAtOf(settlement),
    )
  if (changes === 0) return 'superseded'
  if (settlement.status === 'pending' && settlement.readAs) {
    const { type, source, suiteId } = settlement.readAs
    // Only now it can be dispatched; as long as it couldn't be read nobody was sent anything.
    db.query(
      `UPDATE events SET type = ?, source = ?, suite_id = ?, kept = NULL, dispatch_at = ${dispatchAtOnce}
       WHERE id = ?`,
    ).run(type, source, suiteId, id)
  }
  return 'settled'
}

/** Makes an event, and its deliveries, due at `now`, but for what is done; returns the event. */
export const retryEvent = (db: Database, id: string, now: number): EventRecord | null => {
  db.query(
    "UPDATE events SET status = 'pending', next_attempt_at = ? WHERE id = ? AND status <> 'done'",
  ).run(now, id)
  renewDeliveries(db, id, now)
  return findEvent(db, id)
}

/** Makes pending events of these types due at `now`; returns how many. */
export const makeEventsDueNow = (
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

/**
 * Claims of an owner that no longer lives: a folder has one owner, and that is now this process.
 */
export const voidClaims = (db: Database): void => {
  db.run("UPDATE events SET lease_until = 0 WHERE status = 'pending' AND lease_until > 0")
  db.run("UPDATE deliveries SET lease_until = 0 WHERE status = 'pending' AND lease_until > 0")
}
