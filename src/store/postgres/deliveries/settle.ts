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
import { afterAttempt } from '../../driver/records/endpoint-states'
import type { Query } from '../connection/database'
import { withoutNul } from '../connection/text'
import { insertAttempt } from './attempts'
import type { Claimant } from './claims'
import { moveUp } from './line'
import { type DeliveryRow, deliveryColumns } from './rows'
import { changeState, stateOfEndpoint } from './states'

export type Settled = Parameters<DeliveryQueue['settleDelivery']>[0]

const findSql = `
  SELECT ${deliveryColumns} FROM deliveries d
  WHERE d.event_seq = (SELECT seq FROM events WHERE id = $1) AND d.endpoint = $2
  FOR UPDATE`

const removeSql = 'DELETE FROM deliveries WHERE seq = $1'

const writeSql = `
  UPDATE deliveries
  SET status = $2, next_attempt_at = $3, last_error = $4, step = $5, attempts = attempts + $6,
      owner = NULL, lease_until = 0
  WHERE seq = $1`

/** @param tries how many to add to its attempts */
const writeOutcome = async (
  query: Query,
  row: DeliveryRow,
  outcome: DeliveryOutcome,
  tries: number,
): Promise<void> => {
  if (outcome.status === 'unwanted') await query(removeSql, [row.seq])
  else {
    const lastError = outcome.status === 'done' ? null : outcome.lastError
    await query(writeSql, [
      row.seq,
      outcome.status,
      outcome.status === 'pending' ? outcome.nextAttemptAt : null,
      lastError && withoutNul(lastError),
      outcome.status === 'pending' ? outcome.step : row.step,
      tries,
    ])
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

const stateAfter = async (
  query: Query,
  { endpoint, endpointTook }: Settled,
  attempt: Attempt | null,
  teller: Claimant,
): Promise<Pick<SettledDelivery, 'before' | 'after'>> => {
  if (attempt === null || endpointTook === null) {
    const state = await stateOfEndpoint(query, endpoint)
    return { before: state, after: state }
  }
  const change = (state: EndpointState) => afterAttempt(state, attempt, endpointTook)
  if (endpointTook) {
    const before = await stateOfEndpoint(query, endpoint)
    if (isKnown(before, attempt.at)) return { before, after: change(before) }
  }
  return changeState(query, endpoint, change, teller)
}

/** Part of a transaction, which it ends. @param settled with its answer as it is to stand there */
export const settleDelivery = async (
  query: Query,
  settled: Settled,
  teller: Claimant,
): Promise<SettledDelivery> => {
  const { id, endpoint, claim, outcome, attempt } = settled
  const [row] = await query<DeliveryRow>(findSql, [id, endpoint])
  const counts =
    row !== undefined && row.status !== 'done' && (row.claim === claim || outcome.status === 'done')
  if (counts) await writeOutcome(query, row, outcome, attempt === null ? 0 : 1)
  if (attempt !== null) await insertAttempt(query, id, attempt)
  // A delivery is gone with its endpoint, and another one may have the name by now.
  const telling = row === undefined ? null : attempt
  const states = await stateAfter(query, settled, telling, teller)
  return { result: counts ? 'settled' : 'superseded', ...states }
}
