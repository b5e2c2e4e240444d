/**
 * The states of endpoints. Within a transaction they are locked last of all, so that those who meet
 * at one wait for each other in a line.
 */
import {
  type DeliveryCounts,
  type EndpointState,
  type EndpointStatus,
  failingAfter,
} from '../../deliveries'
import { freshState, withStatus } from '../../driver/records/endpoint-states'
import type { Query } from '../connection/database'
import { moment } from '../connection/moment'
import type { Claimant } from './claims'

const stateColumns = `endpoint, status, reason, failures, failing_since::float8 AS "failingSince",
  last_failure_at::float8 AS "lastFailureAt", last_error AS "lastError",
  last_success_at::float8 AS "lastSuccessAt", recovered_at::float8 AS "recoveredAt", dropped`

/** The state in row `s` of a join, as JSON; null where there is none. */
export const stateBeside = (s: string): string => `CASE WHEN ${s}.endpoint IS NOT NULL THEN
  json_build_object('endpoint', ${s}.endpoint, 'status', ${s}.status, 'reason', ${s}.reason,
    'failures', ${s}.failures, 'failingSince', ${s}.failing_since,
    'lastFailureAt', ${s}.last_failure_at, 'lastError', ${s}.last_error,
    'lastSuccessAt', ${s}.last_success_at, 'recoveredAt', ${s}.recovered_at,
    'dropped', ${s}.dropped)::text END`

const listSql = `SELECT ${stateColumns} FROM endpoint_states ORDER BY endpoint`

/** The states of all endpoints that have one, by name. */
export const listStates = (query: Query): Promise<readonly EndpointState[]> =>
  query<EndpointState>(listSql)

const findSql = `SELECT ${stateColumns} FROM endpoint_states WHERE endpoint = $1`

/** As it was a moment ago: others may be changing it. */
export const stateOfEndpoint = async (query: Query, endpoint: string): Promise<EndpointState> => {
  const [state] = await query<EndpointState>(findSql, [endpoint])
  return state ?? freshState(endpoint)
}

const lockSql = `${findSql} FOR UPDATE`

const insertSql = `
  INSERT INTO endpoint_states (endpoint, status, failures, dropped) VALUES ($1, 'on', 0, 0)
  ON CONFLICT DO NOTHING`

const updateSql = `
  UPDATE endpoint_states
  SET status = $2, reason = $3, failures = $4, failing_since = $5, last_failure_at = $6,
      last_error = $7, last_success_at = $8, recovered_at = $9, dropped = $10
  WHERE endpoint = $1`

const tellSql = `
  INSERT INTO changes (at, by, what)
  VALUES (${moment(2)}, $1, '{"what":"endpoint_states"}')`

const fails = ({ failures }: EndpointState): boolean => failures >= failingAfter

/** Whether other replicas have to know at once; failures and successes that follow they look up. */
const isToldToOthers = (before: EndpointState, after: EndpointState): boolean =>
  before.status !== after.status || fails(before) !== fails(after)

/**
 * Changes a state by what it is when nobody else changes it any more; part of a transaction that
 * ends soon.
 *
 * @param change gives the state itself where nothing changes
 */
export const changeState = async (
  query: Query,
  endpoint: string,
  change: (state: EndpointState) => EndpointState,
  { owner, now }: Claimant,
): Promise<{ before: EndpointState; after: EndpointState }> => {
  let [before] = await query<EndpointState>(lockSql, [endpoint])
  if (!before) {
    const fresh = freshState(endpoint)
    if (change(fresh) === fresh) return { before: fresh, after: fresh }
    await query(insertSql, [endpoint])
    ;[before] = await query<EndpointState>(lockSql, [endpoint])
    before ??= fresh
  }
  const after = change(before)
  if (after === before) return { before, after }
  await query(updateSql, [
    endpoint,
    after.status,
    after.reason,
    after.failures,
    after.failingSince,
    after.lastFailureAt,
    after.lastError,
    after.lastSuccessAt,
    after.recoveredAt,
    after.dropped,
  ])
  if (isToldToOthers(before, after)) await query(tellSql, [owner, now])
  return { before, after }
}

/** Sets the status, if it is one of `from` now; part of a transaction. */
export const setStatus = (
  query: Query,
  endpoint: string,
  status: EndpointStatus,
  reason: string | null,
  at: number,
  from: readonly EndpointStatus[] | undefined,
  teller: Claimant,
) => changeState(query, endpoint, (state) => withStatus(state, status, reason, at, from), teller)

const openSql = `
  SELECT endpoint, count(*)::float8 AS pending, min(dispatched_at)::float8 AS "oldestPendingAt"
  FROM deliveries WHERE status = 'pending' GROUP BY endpoint`

const deadSql = `
  SELECT endpoint, count(*)::float8 AS dead
  FROM deliveries WHERE status = 'dead' GROUP BY endpoint`

/** Of the endpoints that have deliveries which are pending or dead. */
export const countDeliveries = async (query: Query): Promise<DeliveryCounts[]> => {
  const open = await query<Omit<DeliveryCounts, 'dead'>>(openSql)
  const dead = await query<Pick<DeliveryCounts, 'endpoint' | 'dead'>>(deadSql)
  const counts = new Map<string, DeliveryCounts>()
  for (const one of open) counts.set(one.endpoint, { ...one, dead: 0 })
  for (const { endpoint, dead: count } of dead) {
    const none = { endpoint, pending: 0, oldestPendingAt: null }
    counts.set(endpoint, { ...(counts.get(endpoint) ?? none), dead: count })
  }
  return [...counts.values()].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1))
}
