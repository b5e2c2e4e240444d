/**
 * The records of events as drivers write them: when one comes, and when a try on it ends. No I/O.
 * No clock.
 */
import type { EventRecord, EventStatus, NewEvent, Settlement } from '../../event-record'

/** A new event as its record reads before anything was tried. */
export const freshEvent = ({ identity: _, ...event }: NewEvent): EventRecord => ({
  ...event,
  attempts: 0,
  nextAttemptAt: event.status === 'pending' ? event.receivedAt : null,
  pendingSecret: event.pendingSecret ?? null,
  outgoing: null,
  deliveries: [],
})

/** What a settlement leaves in the record of an event or a delivery. */
export interface Outcome {
  readonly status: EventStatus
  readonly lastError: string | null
  readonly nextAttemptAt: number | null
}

export const outcomeOf = (settlement: Settlement): Outcome => ({
  status: settlement.status,
  lastError: settlement.status === 'done' ? null : settlement.lastError,
  nextAttemptAt: settlement.status === 'pending' ? settlement.nextAttemptAt : null,
})
