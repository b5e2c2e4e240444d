/**
 * Dispatching: what is sent of an event is kept, with a delivery for each endpoint that wants it.
 */
import type { Database } from 'bun:sqlite'
import type { Delivery, Outgoing } from '../../event-record'
import { isLineBusy } from './line'

/** When the next event comes due that can be dispatched; null if there is none. */
export const nextDispatchAt = (db: Database): number | null =>
  db
    .query<{ at: number | null }, []>(
      `SELECT min(dispatch_at) AS at FROM events INDEXED BY events_undispatched
       WHERE dispatch_at IS NOT NULL AND status <> 'pending'`,
    )
    .get()?.at ?? null

export interface NewDelivery extends Omit<Delivery, 'nextAttemptAt'> {
  readonly eventSeq: number
  readonly corpid: string | null
  readonly nextAttemptAt: number | null
  /** How often it was claimed before. */
  readonly claim?: number
  readonly replay?: { readonly id: string; readonly before: string | null }
}

/** A delivery at the end of its line, unless its endpoint has one of the event already. */
export const insertDelivery = (db: Database, delivery: NewDelivery): void => {
  const { endpoint, ordered, status } = delivery
  const corpid = delivery.corpid ?? ''
  const waits = ordered && status === 'pending' && isLineBusy(db, { endpoint, corpid })
  db.query(
    `INSERT OR IGNORE INTO deliveries (event_seq, endpoint, corpid, ordered, waits, status, attempts, step,
                             next_attempt_at, last_error, claim, dispatched_at, replay,
                             before_replay)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    delivery.eventSeq,
    endpoint,
    corpid,
    ordered ? 1 : 0,
    waits ? 1 : 0,
    status,
    delivery.attempts,
    delivery.step,
    delivery.nextAttemptAt,
    delivery.lastError,
    delivery.claim ?? 0,
    delivery.dispatchedAt,
    delivery.replay?.id ?? null,
    delivery.replay?.before ?? null,
  )
}

/** @param outgoing with their bodies as they are to stand in the file */
export const dispatch = (db: Database, outgoing: readonly Outgoing[], now: number): void => {
  const mark = db.query<{ seq: number; corpid: string | null }, [string, string]>(
    `UPDATE events SET dispatch_at = NULL, outgoing = ?
     WHERE id = ? AND dispatch_at IS NOT NULL AND status <> 'pending'
     RETURNING seq, corpid`,
  )
  for (const { id, body, endpoints } of outgoing) {
    const event = mark.get(body, id)
    if (!event) continue
    for (const { name, ordered, dueAt } of endpoints) {
      insertDelivery(db, {
        eventSeq: event.seq,
        corpid: event.corpid,
        endpoint: name,
        status: 'pending',
        attempts: 0,
        step: 0,
        ordered,
        nextAttemptAt: dueAt,
        lastError: null,
        dispatchedAt: now,
      })
    }
  }
}
