/** The rows of endpoint states: each function is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { DeliveryCounts, EndpointState, EndpointStatus } from '../../deliveries'
import { freshState, withStatus } from '../../driver/records/endpoint-states'

interface StateRow {
  readonly endpoint: string
  readonly status: string
  readonly reason: string | null
  readonly failures: number
  readonly failing_since: number | null
  readonly last_failure_at: number | null
  readonly last_error: string | null
  readonly last_success_at: number | null
  readonly recovered_at: number | null
  readonly dropped: number
}

const stateOf = (row: StateRow): EndpointState => ({
  endpoint: row.endpoint,
  status: row.status as EndpointStatus,
  reason: row.reason,
  failures: row.failures,
  failingSince: row.failing_since,
  lastFailureAt: row.last_failure_at,
  lastError: row.last_error,
  lastSuccessAt: row.last_success_at,
  recoveredAt: row.recovered_at,
  dropped: row.dropped,
})

/** The states of all endpoints that have one, by name. */
export const listStates = (db: Database): EndpointState[] =>
  db.query<StateRow, []>('SELECT * FROM endpoint_states ORDER BY endpoint').all().map(stateOf)

export const stateOfEndpoint = (db: Database, endpoint: string): EndpointState => {
  const row = db
    .query<StateRow, [string]>('SELECT * FROM endpoint_states WHERE endpoint = ?')
    .get(endpoint)
  return row ? stateOf(row) : freshState(endpoint)
}

/** In place of the one before. */
export const writeState = (db: Database, state: EndpointState): void => {
  db.query(
    `INSERT OR REPLACE INTO endpoint_states
       (endpoint, status, reason, failures, failing_since, last_failure_at, last_error,
        last_success_at, recovered_at, dropped)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    state.endpoint,
    state.status,
    state.reason,
    state.failures,
    state.failingSince,
    state.lastFailureAt,
    state.lastError,
    state.lastSuccessAt,
    state.recoveredAt,
    state.dropped,
  )
}

/** Sets the status, if it is one of `from` now. */
export const setStatus = (
  db: Database,
  endpoint: string,
  status: EndpointStatus,
  reason: string | null,
  at: number,
  from: readonly EndpointStatus[] | undefined,
): { before: EndpointState; after: EndpointState } => {
  const before = stateOfEndpoint(db, endpoint)
  const after = withStatus(before, status, reason, at, from)
  if (after !== before) writeState(db, after)
  return { before, after }
}

/** Of the endpoints that have deliveries which are pending or dead. */
export const countDeliveries = (db: Database): DeliveryCounts[] => {
  const open = db
    .query<{ endpoint: string; pending: number; oldest: number }, []>(
      `SELECT endpoint, count(*) AS pending, min(dispatched_at) AS oldest
       FROM deliveries INDEXED BY deliveries_open WHERE status = 'pending' GROUP BY endpoint`,
    )
    .all()
  const dead = db
    .query<{ endpoint: string; dead: number }, []>(
      `SELECT endpoint, count(*) AS dead
       FROM deliveries INDEXED BY deliveries_dead WHERE status = 'dead' GROUP BY endpoint`,
    )
    .all()
  const counts = new Map<string, DeliveryCounts>()
  for (const { endpoint, pending, oldest } of open) {
    counts.set(endpoint, { endpoint, pending, oldestPendingAt: oldest, dead: 0 })
  }
  for (const { endpoint, dead: count } of dead) {
    const none = { endpoint, pending: 0, oldestPendingAt: null }
    counts.set(endpoint, { ...(counts.get(endpoint) ?? none), dead: count })
  }
  return [...counts.values()].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1))
}
