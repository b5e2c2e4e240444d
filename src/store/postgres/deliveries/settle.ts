/**
 * The ends of deliveries. Locks are taken in one order, by all: the delivery, the one behind it in
 * its line, the state of the endpoint.
 */
import { secondMs } from '../../../clock'
import type {
  Attempt,
  DeliveryOutcome,
  DeliveryQueue,
  EndpointState,
  SettledDelivery,
} from '../../deliveries'
import { afterAttempt, freshState } from '../../driver/records/endpoint-states'
import type { Query } from '../connection/database'
import { type DeliveryRow, deliveryColumns } from '../rows/delivery-rows'
import { attemptValues, insertAttempt, insertAttemptSql } from './attempts'
import type { Claimant } from './claims'
import { moveUp } from './line'
import { changeState, stateBeside, stateOfEndpoint } from './states'

export type Settled = Parameters<DeliveryQueue['settleDelivery']>[0]

/** The delivery, and beside it the state of its endpoint as it was a moment ago. */
const findSql = `
  SELECT ${deliveryColumns}, ${stateBeside('s')} AS state FROM deliveries d
  LEFT JOIN endpoint_states s ON s.endpoint = d.endpoint
  WHERE d.event_seq = (SELECT seq FROM events WHERE id = $1) AND d.endpoint = $2
  FOR UPDATE OF d`

interface FoundRow extends DeliveryRow {
  readonly state: string | null
}

const removeSql = 'DELETE FROM deliveries WHERE seq = $1'

const writeSql = `
  UPDATE deliveries
  SET status = $2, next_attempt_at = $3, last_error = $4, step = $5, attempts = attempts + $6::int,
      owner = NULL, lease_until = 0
  WHERE seq = $1`

const writeAndAddSql = `WITH written AS (${writeSql}) ${insertAttemptSql(7)}`

/** Writes how a try ended, and the try itself. */
const writeOutcome = async (
  query: Query,
  id: string,
  row: DeliveryRow,
  outcome: DeliveryOutcome,
  attempt: Attempt | null,
): Promise<void> => {
  if (outcome.status === 'unwanted') {
    await query(removeSql, [row.seq])
    if (attempt !== null) await insertAttempt(query, id, attempt)
  } else {
    const lastError = outcome.status === 'done' ? null : outcome.lastError
    const written = [
      row.seq,
      outcome.status,
      outcome.status === 'pending' ? outcome.nextAttemptAt : null,
      lastError,
      outcome.status === 'pending' ? outcome.step : row.step,
      attempt === null ? 0 : 1,
    ]
    if (attempt === null) await query(writeSql, written)
    else await query(writeAndAddSql, [...written, ...attemptValues(id, attempt)])
  }
  if (outcome.status !== 'pending' && row.ordered) await moveUp(query, [row])
}

/**
 * Whether an attempt says of its endpoint what is known. Successes of all replicas would wait for
 * each other's commits otherwise, to write down nothing but a later moment.
 */
const isKnown = ({ failures, lastSuccessAt, recoveredAt }: EndpointState, at: number): boolean =>
  failures === 0 &&
  lastSuccessAt !== null &&
  lastSuccessAt > at - secondMs &&
  lastSuccessAt >= (recoveredAt ?? 0)

/** @param known the state of the endpoint as it was a moment ago */
const stateAfter = async (
  query: Query,
  { endpoint, endpointTook }: Settled,
  known: EndpointState,
  attempt: Attempt | null,
  teller: Claimant,
): Promise<Pick<SettledDelivery, 'before' | 'after'>> => {
  if (attempt === null || endpointTook === null) return { before: known, after: known }
  const change = (state: EndpointState) => afterAttempt(state, attempt, endpointTook)
  if (endpointTook && isKnown(known, attempt.at)) return { before: known, after: change(known) }
  return changeState(query, endpoint, change, teller)
}

const countsFor = (row: DeliveryRow, { claim, outcome }: Settled): boolean =>
  row.status !== 'done' && (row.claim === claim || outcome.status === 'done')

/** Part of a transaction, which it ends. @param settled with its answer as it is to stand there */
export const settleDelivery = async (
  query: Query,
  settled: Settled,
  teller: Claimant,
): Promise<SettledDelivery> => {
  const { id, endpoint, outcome, attempt } = settled
  const [row] = await query<FoundRow>(findSql, [id, endpoint])
  const counts = row !== undefined && countsFor(row, settled)
  if (counts) await writeOutcome(query, id, row, outcome, attempt)
  else if (attempt !== null) await insertAttempt(query, id, attempt)
  if (row === undefined) {
    // It is gone with its endpoint, and another one may have the name by now.
    const state = await stateOfEndpoint(query, endpoint)
    return { result: 'superseded', before: state, after: state }
  }
  const known = row.state === null ? freshState(endpoint) : JSON.parse(row.state)
  const states = await stateAfter(query, settled, known, attempt, teller)
  return { result: counts ? 'settled' : 'superseded', ...states }
}
