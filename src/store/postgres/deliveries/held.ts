/** What becomes of all that is held for one endpoint: made due, ordered, given up, forgotten. */
import type { EndpointState } from '../../deliveries'
import type { EventStatus } from '../../event-record'
import { type Query, texts } from '../connection/database'
import { momentOnce } from '../connection/moment'
import type { Claimant } from './claims'
import { moveUp, type Place } from './line'
import { changeState } from './states'

const makeDueSql = `
  WITH later AS (
    SELECT d.seq FROM deliveries d
    WHERE d.endpoint = $1 AND d.status = 'pending' AND NOT d.waits
      AND d.next_attempt_at > ${momentOnce(2)}
    ORDER BY d.next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
  UPDATE deliveries d SET next_attempt_at = least(d.dispatched_at, ${momentOnce(2)})
  WHERE d.seq = ANY (ARRAY(SELECT seq FROM later))
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
    ORDER BY dispatched_at LIMIT $2 FOR UPDATE)
  UPDATE deliveries SET ordered = false, waits = false
  WHERE seq = ANY (ARRAY(SELECT seq FROM lined))
  RETURNING 1`

const lineUpSql = `
  WITH free AS (
    SELECT seq FROM deliveries
    WHERE endpoint = $1 AND status = 'pending' AND NOT ordered
    ORDER BY dispatched_at LIMIT $2 FOR UPDATE)
  UPDATE deliveries SET ordered = true, waits = true
  WHERE seq = ANY (ARRAY(SELECT seq FROM free))
  RETURNING endpoint, corpid`

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
    WHERE endpoint = $1 AND status = 'pending' AND ordered = ANY (ARRAY[false, true])
      AND dispatched_at < $2
    ORDER BY dispatched_at LIMIT $4 FOR UPDATE SKIP LOCKED)
  UPDATE deliveries
  SET status = 'dead', next_attempt_at = NULL, last_error = $3, owner = NULL, lease_until = 0
  WHERE seq = ANY (ARRAY(SELECT seq FROM old))
  RETURNING endpoint, corpid, ordered`

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
  const values = [endpoint, before, lastError, limit]
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

/** Each status has an index, and no index has them all. */
const removeSql = (status: EventStatus) => `
  DELETE FROM deliveries WHERE seq = ANY (ARRAY(
    SELECT seq FROM deliveries WHERE endpoint = $1 AND status = '${status}' LIMIT $2))
  RETURNING 1`

/** Forgets up to `limit` deliveries of an endpoint that have this status; returns how many. */
export const removeDeliveries = async (
  query: Query,
  endpoint: string,
  status: EventStatus,
  limit: number,
): Promise<number> => (await query(removeSql(status), [endpoint, limit])).length

/** What is left of an endpoint without deliveries; part of a transaction. */
export const removeEndpoint = async (query: Query, endpoint: string): Promise<void> => {
  await query('DELETE FROM replays WHERE endpoint = $1', [endpoint])
  await query('DELETE FROM endpoint_states WHERE endpoint = $1', [endpoint])
}
