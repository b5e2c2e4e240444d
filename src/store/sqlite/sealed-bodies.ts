/** The secrets of events in the database, and what becomes of claimed work that does not open. */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../log'
import type { ClaimedDelivery } from '../deliveries'
import { createSealedEvents, type SealedEvents } from '../driver/sealed-events'
import type { Sealing } from '../driver/sealing'
import type { ClaimedEvent } from '../event-record'
import { settleDelivery } from './delivery/settle'
import { settleEvent } from './event-work'

export interface SealedBodies extends SealedEvents {
  /**
   * Of claimed work what can be done. What does not open is dead, with the reason, and holds up
   * nothing else; a retry tries to open it again.
   */
  workable(db: Database, events: readonly ClaimedEvent[]): ClaimedEvent[]
  deliverable(db: Database, deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[]
}

export const createSealedBodies = (sealing: Sealing, log: Logger): SealedBodies => {
  const sealed = createSealedEvents(sealing, log)
  return {
    ...sealed,

    workable: (db, events) =>
      events.flatMap((claimed) => {
        const { event, problem } = sealed.open(claimed)
        if (problem === null) return event
        settleEvent(db, event.id, event.claim, { status: 'dead', lastError: problem })
        return []
      }),

    deliverable: (db, deliveries) =>
      deliveries.flatMap((delivery) => {
        const { event, problem } = sealed.open(delivery.event)
        if (problem === null) return { ...delivery, event }
        const { endpoint, claim } = delivery
        const outcome = { status: 'dead', lastError: problem } as const
        const untried = { attempt: null, endpointTook: null }
        settleDelivery(db, { id: event.id, endpoint, claim, outcome, ...untried })
        return []
      }),
  }
}
