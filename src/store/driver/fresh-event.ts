import type { EventRecord, NewEvent } from '../event-log'

/** A new event as its record reads before anything was tried. No I/O. No clock. */
export const freshEvent = ({ identity: _, endpoints, ...event }: NewEvent): EventRecord => ({
  ...event,
  attempts: 0,
  nextAttemptAt: event.status === 'pending' ? event.receivedAt : null,
  kept: event.kept ?? null,
  deliveries: [...new Set(endpoints)].sort().map((endpoint) => ({
    endpoint,
    status: 'pending',
    attempts: 0,
    nextAttemptAt: event.receivedAt,
    lastError: null,
  })),
})
