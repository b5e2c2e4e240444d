/** The port by which an event log moves, on PostgreSQL. */
import type { Lifecycle } from '../../driver/lifecycle'
import type { Moving } from '../../driver/moving'
import { movingInClear } from '../../driver/moving-in-clear'
import type { SealedEvents } from '../../driver/sealed-events'
import type { Database } from '../connection/database'
import {
  addEndpointStates,
  addKeptAttempts,
  addKeptDeliveries,
  addKeptReplays,
  listKeptAttempts,
  listKeptDeliveries,
  listKeptReplays,
} from './kept-deliveries'
import { addKeptEvents, listKeptEvents } from './kept-events'

export const createPostgresMoving = (parts: {
  readonly database: Database
  /** How texts stand in their rows. */
  readonly sealed: SealedEvents
  readonly run: Lifecycle['run']
}): Moving => {
  const { database, sealed, run } = parts
  const { query, transaction } = database
  return movingInClear(
    {
      listKeptEvents: (cursor) => run(() => listKeptEvents(query, cursor)),
      addKeptEvents: (events) => run(() => addKeptEvents(query, events)),

      listKeptDeliveries: (cursor) => run(() => listKeptDeliveries(query, cursor)),
      addKeptDeliveries: (deliveries) =>
        run(() => transaction((inTransaction) => addKeptDeliveries(inTransaction, deliveries))),

      listKeptAttempts: (cursor) => run(() => listKeptAttempts(query, cursor)),
      addKeptAttempts: (attempts) => run(() => addKeptAttempts(query, attempts)),

      listKeptReplays: () => run(() => listKeptReplays(query)),
      addKeptReplays: (replays) =>
        run(() => transaction((inTransaction) => addKeptReplays(inTransaction, replays))),

      addEndpointStates: (states) =>
        run(() => transaction((inTransaction) => addEndpointStates(inTransaction, states))),
    },
    sealed,
  )
}
