/** The statement with which events come into the log, many at a time. */
import { identityBefore } from '../../driver/records/event-records'
import type { EventRecord } from '../../event-record'
import { booleans, type Query, texts } from '../connection/database'
import { eventValues } from '../rows/event-values'

/** An event that is to be added, new or out of an export. */
export interface Arrival {
  readonly identity: string
  /** With its secrets as they are to stand in the row. Its deliveries are somebody else's part. */
  readonly event: EventRecord
  /** The payload of the fact that it leaves; null if it leaves none. */
  readonly fact: string | null
  /** Whether it is nothing new if another event has its id; otherwise that is a mistake. */
  readonly mayBeKnown: boolean
}

/** An event that was added. */
export interface Arrived {
  readonly id: string
  readonly seq: number
}

/**
 * `arriving` lets one statement after another through, until each can be seen. All else begins
 * behind it, since it joins with its row. Identities are sorted, so that two statements that
 * remember the same ones wait for each other and not in a circle.
 */
const arrivalSql = `
WITH arriving AS (
  SELECT one FROM arrivals FOR UPDATE
), given AS (
  SELECT DISTINCT ON (g.identity) g.*
  FROM arriving CROSS JOIN unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[], $13::bigint[],
    $14::bigint[], $15::text[], $16::bigint[], $17::text[], $18::boolean[]
  ) WITH ORDINALITY AS g (
    identity, identity_before, id, suite_id, corpid, source, type, received_at, body, kept,
    outgoing, status, attempts, next_attempt_at, last_error, dispatch_at, fact, may_be_known, nth)
  WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity = g.identity_before)
    AND NOT (g.may_be_known AND EXISTS (SELECT 1 FROM events e WHERE e.id = g.id))
  ORDER BY g.identity, g.nth
), seen AS (
  INSERT INTO identities (identity, seen_at)
  SELECT identity, received_at FROM given ORDER BY identity
  ON CONFLICT DO NOTHING RETURNING identity
), stored AS (
  INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, kept, outgoing, status,
                      attempts, next_attempt_at, last_error, dispatch_at)
  SELECT id, suite_id, corpid, source, type, received_at, body, kept, outgoing, status, attempts,
         next_attempt_at, last_error, dispatch_at
  FROM given JOIN seen USING (identity) ORDER BY nth
  RETURNING seq, id
), facts_of_them AS (
  INSERT INTO facts (id, suite_id, corpid, type, at, payload)
  SELECT id, suite_id, corpid, type, received_at, fact
  FROM given JOIN stored USING (id) WHERE fact IS NOT NULL
  ON CONFLICT (id) DO NOTHING
)
SELECT id, seq::float8 AS seq FROM arriving LEFT JOIN stored ON true`

/** Without the row of `arrivals` nothing comes in. */
const firstSql = 'INSERT INTO arrivals (one) VALUES (true) ON CONFLICT DO NOTHING'

/** Gives those that were added: of equal identities the first. */
export const addArrivals = async (
  query: Query,
  arrivals: readonly Arrival[],
  withinMs?: number,
): Promise<Arrived[]> => {
  const identities = arrivals.map(({ identity }) => identity)
  const values = [
    texts(identities),
    texts(identities.map(identityBefore)),
    ...eventValues(arrivals.map(({ event }) => event)),
    texts(arrivals.map(({ fact }) => fact)),
    booleans(arrivals.map(({ mayBeKnown }) => mayBeKnown)),
  ]
  const options = withinMs === undefined ? {} : { withinMs }
  const add = () => query<Arrived | { id: null }>(arrivalSql, values, options)
  let rows = await add()
  if (rows.length === 0) {
    await query(firstSql, [], options)
    rows = await add()
  }
  return rows.filter((row): row is Arrived => row.id !== null)
}

/** Throws what an event that comes now would meet: it waits its turn, and adds nothing. */
export const assertArrivalsFit = async (query: Query, withinMs?: number): Promise<void> => {
  await addArrivals(query, [], withinMs)
}
