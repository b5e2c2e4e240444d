/** Claims of deliveries: each is one statement, under a number and for an owner. */
import type { ClaimedDelivery, DeliveryClaim } from '../../deliveries'
import { type Query, texts } from '../connection/database'
import { momentOnce, ownerLives } from '../connection/moment'
import { type EventRow, eventColumns, plainEventOf } from '../rows/event-rows'

/** Who claims, and what time it is for them; null: the database says it. */
export interface Claimant {
  readonly owner: string
  readonly now: number | null
}

/** Nobody holds `d`: its claim has ended, or the one who took it no longer lives. */
export const isFree = (now: string): string =>
  `(d.lease_until <= ${now} OR NOT ${ownerLives('d.owner', now)})`

const takeable = (now: string) =>
  `d.endpoint = $1 AND d.status = 'pending' AND NOT d.waits AND ${isFree(now)}`

const nextSql = `
  SELECT d.next_attempt_at::float8 AS at FROM deliveries d
  WHERE ${takeable(momentOnce(2))} ORDER BY d.next_attempt_at LIMIT 1`

/** When the next one that nobody holds now is due. */
export const nextDeliveryAt = async (
  query: Query,
  endpoint: string,
  now: number | null,
): Promise<number | null> => {
  const [next] = await query<{ at: number }>(nextSql, [endpoint, now])
  return next?.at ?? null
}

/** The event, with what is read of its delivery. */
interface ClaimedRow extends EventRow {
  readonly place: number
  readonly endpoint: string
  readonly claim: number
  readonly tries: number
  readonly step: number
  readonly due: number
  readonly dispatchedAt: number
}

const claimedColumns = `d.seq::float8 AS place, d.endpoint, d.claim, d.attempts AS tries, d.step,
  d.next_attempt_at::float8 AS due, d.dispatched_at::float8 AS "dispatchedAt", ${eventColumns('e')}`

const claimedOf = (row: ClaimedRow): ClaimedDelivery => ({
  endpoint: row.endpoint,
  claim: row.claim,
  attempts: row.tries,
  step: row.step,
  dispatchedAt: row.dispatchedAt,
  event: plainEventOf(row),
})

/** Two ranges of one index: what was dispatched lately can't be due before. */
const claimSql = `
  WITH fresh AS (
    SELECT d.seq FROM deliveries d
    WHERE ${takeable(momentOnce(2))} AND d.next_attempt_at BETWEEN $3 AND ${momentOnce(2)}
      AND d.dispatched_at >= $3
    ORDER BY d.next_attempt_at, d.seq LIMIT $4
    FOR UPDATE SKIP LOCKED),
  backlog AS (
    SELECT d.seq FROM deliveries d
    WHERE ${takeable(momentOnce(2))} AND d.next_attempt_at <= ${momentOnce(2)} AND d.dispatched_at < $3
    ORDER BY d.next_attempt_at, d.seq
    LIMIT greatest(least($4 - (SELECT count(*) FROM fresh), $5), 0)
    FOR UPDATE SKIP LOCKED),
  taken AS (SELECT seq FROM fresh UNION ALL SELECT seq FROM backlog)
  UPDATE deliveries d
  SET claim = d.claim + 1, owner = $6, lease_until = ${momentOnce(2)} + $7::bigint
  FROM events e
  WHERE d.seq = ANY (ARRAY(SELECT seq FROM taken)) AND e.seq = d.event_seq
  RETURNING ${claimedColumns}`

/** Fresh ones first, then the backlog; their texts as they stand there. */
export const claimDeliveries = async (
  query: Query,
  { endpoint, leaseMs, freshSince, limit, backlogLimit }: DeliveryClaim,
  { owner, now }: Claimant,
): Promise<ClaimedDelivery[]> => {
  const values = [endpoint, now, freshSince, limit, backlogLimit, owner, leaseMs]
  const rows = await query<ClaimedRow>(claimSql, values)
  const isBacklog = ({ dispatchedAt }: ClaimedRow) => Number(dispatchedAt < freshSince)
  // RETURNING promises no order.
  return [...rows]
    .sort((a, b) => isBacklog(a) - isBacklog(b) || a.due - b.due || a.place - b.place)
    .map(claimedOf)
}

const oneOfEvent = `d.event_seq = (SELECT seq FROM events WHERE id = $1) AND d.endpoint = $2
  AND d.status = 'pending' AND ${isFree(momentOnce(3))}`

/** It waits for who has just joined the line behind it: a member waits for the answer. */
const claimOneSql = `
  WITH taken AS (
    SELECT d.seq FROM deliveries d WHERE ${oneOfEvent} AND NOT d.waits FOR UPDATE)
  UPDATE deliveries d
  SET claim = d.claim + 1, owner = $4, lease_until = ${momentOnce(3)} + $5::bigint
  FROM events e
  WHERE d.seq = ANY (ARRAY(SELECT seq FROM taken)) AND e.seq = d.event_seq
  RETURNING ${claimedColumns}`

const hastenSql = `
  WITH waiting AS (
    SELECT d.seq FROM deliveries d WHERE ${oneOfEvent} FOR UPDATE)
  UPDATE deliveries d SET next_attempt_at = least(d.next_attempt_at, ${momentOnce(3)})
  WHERE d.seq = ANY (ARRAY(SELECT seq FROM waiting))`

/** One delivery, due or not, if nobody holds it; one whose turn it isn't is due when that comes. */
export const claimDelivery = async (
  query: Query,
  id: string,
  endpoint: string,
  leaseMs: number,
  { owner, now }: Claimant,
): Promise<ClaimedDelivery | null> => {
  const [row] = await query<ClaimedRow>(claimOneSql, [id, endpoint, now, owner, leaseMs])
  if (row) return claimedOf(row)
  await query(hastenSql, [id, endpoint, now])
  return null
}

const giveBackSql = `
  UPDATE deliveries d SET lease_until = 0 FROM events e
  WHERE e.seq = d.event_seq AND d.status = 'pending' AND d.owner = $1 AND d.lease_until > 0
    AND d.endpoint || ' ' || e.id <> ALL ($2::text[])`

/** What tells one claimed delivery from another. */
export const claimKey = (endpoint: string, eventId: string): string => `${endpoint} ${eventId}`

/** Frees what a replica holds, but for what it knows of: nobody tries the rest. */
export const giveBackDeliveries = async (
  query: Query,
  owner: string,
  known: readonly string[],
): Promise<void> => {
  await query(giveBackSql, [owner, texts(known)])
}
