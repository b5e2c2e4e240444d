/** Erasures and deletions of events, with what belongs to them, each some at a time. */
import type { Database, Query } from '../connection/database'
import { exhaust } from '../connection/portions'
import { removeAttempts } from '../deliveries/attempts'
import { removeDeliveriesOf } from '../deliveries/of-events'
import { eraseFacts, removeFacts } from '../records/facts'

const noneOnItsWay = `e.dispatch_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM deliveries d WHERE d.event_seq = e.seq AND d.status = 'pending')`

const blankSql = `
  WITH settled AS (
    SELECT e.seq FROM events e
    WHERE e.corpid = $2 AND e.suite_id = $1 AND e.status <> 'pending'
      AND (e.body <> '' OR e.kept IS NOT NULL) AND ${noneOnItsWay}
    ORDER BY e.seq LIMIT $3::int FOR UPDATE)
  UPDATE events SET body = '', kept = NULL, outgoing = NULL
  WHERE seq = ANY (ARRAY(SELECT seq FROM settled))
  RETURNING 1`

/**
 * Empties the payloads of a company's facts, and the bodies and pending secrets of its settled
 * events; returns of how many events.
 */
export const blankBodies = async (
  database: Database,
  suiteId: string,
  corpid: string,
): Promise<number> => {
  await exhaust(database, (query, limit) => eraseFacts(query, suiteId, corpid, limit))
  return exhaust(
    database,
    async (query, limit) => (await query(blankSql, [suiteId, corpid, limit])).length,
  )
}

interface Gone {
  readonly seq: number
  readonly at: number
}

/**
 * Deletes events, then their deliveries by a statement of its own: it sees those too that came
 * while the first one waited for their event.
 */
const remove = async (
  query: Query,
  text: string,
  values: readonly (string | number)[],
): Promise<readonly Gone[]> => {
  const gone = await query<Gone>(text, values)
  await removeDeliveriesOf(
    query,
    gone.map(({ seq }) => seq),
  )
  return gone
}

const removal = (chosen: string) => `
  WITH chosen AS (${chosen})
  DELETE FROM events WHERE seq = ANY (ARRAY(SELECT seq FROM chosen))
  RETURNING seq::float8 AS seq, received_at::float8 AS at`

const eraseSql = removal(`
  SELECT e.seq FROM events e
  WHERE e.corpid = $2 AND e.suite_id = $1 AND e.received_at <= $3::bigint
  ORDER BY e.seq LIMIT $4::int FOR UPDATE`)

/**
 * Erases what came of a company until then: events, deliveries, facts, attempts; of these last also
 * those whose event went before. Returns how many events it were.
 */
export const eraseCorp = async (
  database: Database,
  suiteId: string,
  corpid: string,
  until: number,
): Promise<number> => {
  const erased = await exhaust(
    database,
    async (query, limit) => (await remove(query, eraseSql, [suiteId, corpid, until, limit])).length,
  )
  await exhaust(database, (query, limit) => removeFacts(query, suiteId, corpid, until, limit))
  await exhaust(database, (query, limit) => removeAttempts(query, suiteId, corpid, until, limit))
  return erased
}

const purgeEarlySql = removal(`
  SELECT e.seq FROM events e
  WHERE e.purge_at < $1::bigint AND e.status = 'dead' AND ${noneOnItsWay}
  LIMIT $2::int FOR UPDATE SKIP LOCKED`)

/** Forgets dead events whose own time to go has come; returns how many went. */
export const purgeEarly = (database: Database, now: number): Promise<number> =>
  exhaust(
    database,
    async (query, limit) => (await remove(query, purgeEarlySql, [now, limit])).length,
  )

const purgeSql = removal(`
  SELECT e.seq FROM events e
  WHERE e.received_at >= $1::bigint AND e.received_at < greatest($2::bigint, $3::bigint)
    AND (e.status = 'done' AND e.received_at < $2 OR e.status = 'dead' AND e.received_at < $3)
    AND ${noneOnItsWay}
  ORDER BY e.received_at LIMIT $4::int FOR UPDATE SKIP LOCKED`)

/**
 * Forgets settled events; returns how many went. Each step begins where the one before ended: what
 * stays, such as dead events, is walked over once.
 */
export const purgeEvents = (
  database: Database,
  doneBefore: number,
  deadBefore: number,
): Promise<number> => {
  let from = 0
  return exhaust(database, async (query, limit) => {
    const gone = await remove(query, purgeSql, [from, doneBefore, deadBefore, limit])
    from = gone.reduce((last, { at }) => Math.max(last, at), from)
    return gone.length
  })
}

const purgeIdentitiesSql = `
  WITH old AS (
    SELECT identity FROM identities WHERE seen_at < $1::bigint
    ORDER BY seen_at LIMIT $2::int FOR UPDATE SKIP LOCKED)
  DELETE FROM identities WHERE identity = ANY (ARRAY(SELECT identity FROM old))
  RETURNING 1`

/** Forgets identities that were seen before; returns how many. */
export const purgeIdentities = (database: Database, seenBefore: number): Promise<number> =>
  exhaust(
    database,
    async (query, limit) => (await query(purgeIdentitiesSql, [seenBefore, limit])).length,
  )
