/** What becomes of all that is held for one endpoint: made due, ordered, given up, forgotten. */
import type { EndpointState } from '../../deliveries'
import { type Query, texts } from '../connection/database'
import { moment } from '../connection/moment'
import type { Claimant } from './claims'
import { moveUp, type Place } from './line'
import { withoutNul } from './rows'
import { changeState } from './states'

/** Few enough rows to be looked through at once. */
const stretchLength = 5000

const makeDueSql = `
  WITH later AS (
    SELECT d.seq FROM deliveries d
    WHERE d.endpoint = $1 AND d.status = 'pending' AND d.next_attempt_at > ${moment(2)}
    LIMIT $3 FOR UPDATE SKIP LOCKED)
  UPDATE deliveries d SET next_attempt_at = least(d.dispatched_at, ${moment(2)})
  FROM later WHERE d.seq = later.seq
  RETURNING 1`

/** Up to `limit` of those that wait for their time, not for their turn; returns how many. */
export const makeDue = async (
  query: Query,
  endpoint: string,
  now: number | null,
  limit: number,
): Promise<number> => (await query(makeDueSql, [endpoint, now, limit])).length

const freeSql = `
  WITH lined AS (
    SELECT seq FROM deliveries
    WHERE endpoint = $1 AND status = 'pending' AND ordered
    ORDER BY seq LIMIT $2 FOR UPDATE)
  UPDATE deliveries d SET ordered = false, waits = false FROM lined WHERE d.seq = lined.seq
  RETURNING 1`

const lineUpSql = `
  WITH free AS (
    SELECT seq FROM deliveries
    WHERE endpoint = $1 AND status = 'pending' AND NOT ordered
    ORDER BY seq LIMIT $2 FOR UPDATE)
  UPDATE deliveries d SET ordered = true, waits = true FROM free WHERE d.seq = free.seq
  RETURNING d.endpoint, d.corpid`

/** A head that nobody has taken gives way to an older one. */
const giveWaySql = `
  UPDATE deliveries head SET waits = true
  WHERE head.endpoint = $1 AND head.corpid = ANY($2::text[])
    AND head.status = 'pending' AND head.ordered AND NOT head.waits AND head.lease_until = 0
    AND EXISTS (SELECT 1 FROM deliveries older
                WHERE older.endpoint = head.endpoint AND older.corpid = head.corpid
                  AND older.status = 'pending' AND older.waits AND older.seq < head.seq)`

/**
 * Puts up to `limit` pending deliveries of an endpoint into lines, or out of them; returns how many
 * it were. Part of a transaction.
 */
export const setOrdered = async (
  query: Query,
  endpoint: string,
  ordered: boolean,
  limit: number,
): Promise<number> => {
  if (!ordered) return (await query(freeSql, [endpoint, limit])).length
  const lined = await query<Place>(lineUpSql, [endpoint, limit])
  if (lined.length === 0) return 0
  const corpids = [...new Set(lined.map(({ corpid }) => corpid))]
  await query(giveWaySql, [endpoint, texts(corpids)])
  await moveUp(
    query,
    corpids.map((corpid) => ({ endpoint, corpid })),
  )
  return lined.length
}

const dropSql = `
  WITH old AS (
    SELECT seq FROM deliveries
    WHERE endpoint = $1 AND status = 'pending' AND dispatched_at < $2
    LIMIT $4 FOR UPDATE SKIP LOCKED)
  UPDATE deliveries d
  SET status = 'dead', next_attempt_at = NULL, last_error = $3, owner = NULL, lease_until = 0
  FROM old WHERE d.seq = old.seq
  RETURNING d.endpoint, d.corpid, d.ordered`

/**
 * Gives up to `limit` deliveries up that were dispatched before, and counts them; returns how many.
 * Part of a transaction, which it ends.
 */
export const dropDeliveries = async (
  query: Query,
  endpoint: string,
  before: number,
  lastError: string,
  limit: number,
  teller: Claimant,
): Promise<number> => {
  const values = [endpoint, before, withoutNul(lastError), limit]
  const dropped = await query<Place & { ordered: boolean }>(dropSql, values)
  if (dropped.length === 0) return 0
  await moveUp(
    query,
    dropped.filter(({ ordered }) => ordered),
  )
  const counted = (state: EndpointState) => ({ ...state, dropped: state.dropped + dropped.length })
  await changeState(query, endpoint, counted, teller)
  return dropped.length
}

const boundsSql = `
  SELECT (SELECT min(seq) FROM deliveries)::float8 AS first,
    (SELECT max(seq) FROM deliveries)::float8 AS last`

const removeSql = `
  DELETE FROM deliveries
  WHERE seq >= $1::bigint AND seq < $1::bigint + ${stretchLength} AND endpoint = $2`

/**
 * Forgets an endpoint's deliveries, all of them looked through a stretch at a time: an index of all
 * deliveries by endpoint would cost each of them more than an endpoint that goes does once.
 */
export const removeDeliveries = async (query: Query, endpoint: string): Promise<void> => {
  const [bounds] = await query<{ first: number | null; last: number | null }>(boundsSql)
  const { first = null, last = null } = bounds ?? {}
  if (first === null || last === null) return
  for (let from = first; from <= last; from += stretchLength) {
    await query(removeSql, [from, endpoint])
  }
}

/** What is left of an endpoint without deliveries; part of a transaction. */
export const removeEndpoint = async (query: Query, endpoint: string): Promise<void> => {
  await query('DELETE FROM replays WHERE endpoint = $1', [endpoint])
  await query('DELETE FROM endpoint_states WHERE endpoint = $1', [endpoint])
}
