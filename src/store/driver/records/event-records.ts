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

/**
 * The identity as an older suited wrote it, which counts as ever: the hash alone, without the
 * moment that stands before it now. Another identity as it is.
 */
export const identityBefore = (identity: string): string => identity.replace(/^t\d{10}-/, '')

/** What a settlement leaves in the record of an event or a delivery. */
export interface Outcome {
  readonly status: EventStatus
  readonly lastError: string | null
  readonly nextAttemptAt: number | null
}

/** When a dead event may go before its days are over; null: not before. */
export const purgeAtOf = (settlement: Settlement): number | null =>
  settlement.status === 'dead' ? (settlement.purgeAt ?? null) : null

export const outcomeOf = (settlement: Settlement): Outcome => ({
  status: settlement.status,
  lastError: settlement.lastError ?? null,
  nextAttemptAt: settlement.status === 'pending' ? settlement.nextAttemptAt : null,
})
