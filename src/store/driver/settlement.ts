import type { EventStatus, Settlement } from '../event-log'

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
