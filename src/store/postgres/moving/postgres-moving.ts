/** The port by which an event log moves, on PostgreSQL. */
import type { Lifecycle } from '../../driver/lifecycle'
import type { DamagedEvent, KeptEvent, Moving } from '../../driver/moving'
import { mapPage } from '../../driver/paging'
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
  return {
    listKeptEvents: (cursor) =>
      run(async () => {
        const { items: found, next } = await listKeptEvents(query, cursor)
        const items: KeptEvent[] = []
        const damaged: DamagedEvent[] = []
        for (const { event, problem } of found.map((one) => sealed.open(one))) {
          if (problem === null) items.push(event)
          else damaged.push({ id: event.id, problem })
        }
        return { items, next, damaged }
      }),
    addKeptEvents: (events) =>
      run(() =>
        addKeptEvents(
          query,
          events.map((event) => ({
            ...event,
            body: sealed.body(event.id, event.body),
            pendingSecret: sealed.pendingSecret(event.id, event.pendingSecret),
            outgoing: sealed.outgoing(event.id, event.outgoing),
          })),
        ),
      ),

    listKeptDeliveries: (cursor) => run(() => listKeptDeliveries(query, cursor)),
    addKeptDeliveries: (deliveries) =>
      run(() => transaction((inTransaction) => addKeptDeliveries(inTransaction, deliveries))),

    listKeptAttempts: (cursor) =>
      run(async () =>
        mapPage(await listKeptAttempts(query, cursor), (one) => ({
          ...one,
          answer: sealed.openedAnswer(one.eventId, one.answer),
        })),
      ),
    addKeptAttempts: (attempts) =>
      run(() =>
        addKeptAttempts(
          query,
          attempts.map((one) => ({ ...one, answer: sealed.answer(one.eventId, one.answer) })),
        ),
      ),

    listKeptReplays: () => run(() => listKeptReplays(query)),
    addKeptReplays: (replays) =>
      run(() => transaction((inTransaction) => addKeptReplays(inTransaction, replays))),

    addEndpointStates: (states) =>
      run(() => transaction((inTransaction) => addEndpointStates(inTransaction, states))),
  }
}
