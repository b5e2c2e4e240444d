/**
 * The port to deliveries: the way of each event to each endpoint of the business app. They stand
 * beside their events, so one driver serves both ports.
 */
import type { EventRecord, Settlement } from './event-log'

/** A delivery that is due, with the event it carries. */
export interface ClaimedDelivery {
  readonly endpoint: string
  /** Tries that ended before this one. */
  readonly attempts: number
  readonly event: EventRecord
}

/** Claims and settlements as `EventQueue` has them. A delivery waits until its event is settled. */
export interface Deliveries {
  claimDeliveries(now: number, leaseMs: number, limit: number): Promise<ClaimedDelivery[]>
  settleDelivery(id: string, endpoint: string, settlement: Settlement): Promise<void>
}
