/** Claims of events: who takes what is due, and when the next one is. */
import type { Sealing } from '../../driver/sealing'
import type { ClaimedEvent } from '../../event-record'
import { type Query, texts } from '../connection/database'
import { moment, ownerLives } from '../connection/moment'
import { eventOf, type WholeEventRow, wholeEventColumns } from '../rows/event-rows'
import { isKeyAtHand, keysAtHand } from './key-at-hand'

/** Whether a row `e` is held at `at.now` by an owner that lives; null and false: by nobody. */
const isHeld = `(e.owner IS NOT NULL AND e.lease_until > (SELECT now FROM at)
    AND ${ownerLives('e.owner', '(SELECT now FROM at)')})`

/** What a replica may take, held or not: nothing of certain suites, and nothing sealed to it. */
const isForOwner = (
  suites: number,
  keys: number,
) => `coalesce(e.suite_id, '') <> ALL ($${suites}::text[])
    AND ${isKeyAtHand('e.body', keys)} AND ${isKeyAtHand('e.kept', keys)}
    AND ${isKeyAtHand('e.outgoing', keys)}`

/**
 * Two searches, so that nothing sorts the whole backlog: first the types that go before others,
 * then the rest as far as there is room. What another statement is about to take is passed over.
 */
const claimSql = `
WITH at AS MATERIALIZED (SELECT ${moment(1)} AS now), urgent AS (
  SELECT e.seq FROM events e
  WHERE e.status = 'pending' AND e.type = ANY ($4::text[])
    AND e.next_attempt_at <= (SELECT now FROM at) AND NOT ${isHeld}
    AND ${isForOwner(5, 7)}
  ORDER BY e.type = ANY ($4::text[]), e.next_attempt_at, e.seq
  LIMIT $3::int FOR UPDATE SKIP LOCKED
), rest AS (
  SELECT e.seq FROM events e
  WHERE e.status = 'pending' AND e.type <> ALL ($4::text[])
    AND e.next_attempt_at <= (SELECT now FROM at) AND NOT ${isHeld}
    AND ${isForOwner(5, 7)}
  ORDER BY e.next_attempt_at, e.seq
  LIMIT $3::int - (SELECT count(*) FROM urgent) FOR UPDATE SKIP LOCKED
)
UPDATE events AS e
SET owner = $6, claim = e.claim + 1, lease_until = (SELECT now FROM at) + $2::bigint,
    lost_owners = CASE WHEN e.owner IS NULL THEN e.lost_owners
                       ELSE array_append(e.lost_owners, e.owner) END
WHERE e.seq = ANY (ARRAY(SELECT seq FROM urgent UNION ALL SELECT seq FROM rest))
RETURNING ${wholeEventColumns('e')}, e.claim,
  cardinality(array_remove(e.lost_owners, $6)) AS "lostClaims"`

interface ClaimedRow extends WholeEventRow {
  readonly claim: number
  readonly lostClaims: number
}

export interface EventClaim {
  /** Null: the database's own clock judges. */
  readonly now: number | null
  readonly leaseMs: number
  readonly limit: number
  readonly first: readonly string[]
  readonly exceptSuites: readonly string[]
  readonly owner: string
  /** What is sealed with another key is left to others. */
  readonly sealing: Sealing
}

/** Their secrets as they stand in the rows. */
export const claimEvents = async (
  query: Query,
  { now, leaseMs, limit, first, exceptSuites, owner, sealing }: EventClaim,
): Promise<ClaimedEvent[]> => {
  const rows = await query<ClaimedRow>(claimSql, [
    now,
    leaseMs,
    limit,
    texts(first),
    texts(exceptSuites),
    owner,
    keysAtHand(sealing),
  ])
  return (
    rows
      // RETURNING promises no order.
      .toSorted(
        (a, b) =>
          Number(first.includes(b.type)) - Number(first.includes(a.type)) ||
          (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0) ||
          a.seq - b.seq,
      )
      .map((row) => ({ ...eventOf(row), claim: row.claim, lostClaims: row.lostClaims }))
  )
}

const giveBackSql = `
UPDATE events SET owner = NULL, lease_until = 0
WHERE status = 'pending' AND owner = $1 AND lease_until > 0 AND id <> ALL ($2::text[])`

/** Frees what a replica holds, but for what it knows of: nobody has begun to work on the rest. */
export const giveBackEvents = async (
  query: Query,
  owner: string,
  known: readonly string[],
): Promise<void> => {
  await query(giveBackSql, [owner, texts(known)])
}

/**
 * What is held was due when it was taken, so a claim that ends before the first free event is due
 * stands before that one in the index: nothing behind it is looked at.
 */
const nextDueSql = `
WITH at AS MATERIALIZED (SELECT ${moment(1)} AS now), free AS (
  SELECT e.next_attempt_at AS due FROM events e
  WHERE e.status = 'pending' AND NOT ${isHeld} AND ${isForOwner(2, 3)}
  ORDER BY e.next_attempt_at, e.seq LIMIT 1
)
SELECT least((SELECT due FROM free), (
  SELECT min(greatest(e.next_attempt_at, e.lease_until)) FROM events e
  WHERE e.status = 'pending' AND ${isHeld} AND ${isForOwner(2, 3)}
    AND e.next_attempt_at < coalesce((SELECT due FROM free), 9223372036854775807)
))::float8 AS due`

export const nextDueAt = async (
  query: Query,
  now: number | null,
  exceptSuites: readonly string[],
  sealing: Sealing,
): Promise<number | null> => {
  const values = [now, texts(exceptSuites), keysAtHand(sealing)]
  const [row] = await query<{ due: number | null }>(nextDueSql, values)
  return row?.due ?? null
}
