/**
 * The port by which all that an event log keeps moves into another one: what an export leaves out
 * too, as it is and in its order. What can move by other ports does: identities, facts, the audit
 * log, the states of endpoints that somebody lists.
 *
 * Lists give a stretch in the order in which the records were added. What is added goes into a log
 * that has none of it, durably; it leaves no facts and remembers no identities, for those move
 * themselves. Claims don't move: nobody works on a log that is moved.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`; a cursor that no
 * page gave throws `invalid_request`.
 */
import type { Attempt, EndpointState } from '../deliveries'
import type { Delivery, EventRecord, EventStatus } from '../event-record'
import type { Replay } from '../replays'
import type { Page } from '../store'

/** An event without its deliveries. */
export interface KeptEvent extends Omit<EventRecord, 'deliveries'> {
  /** When it may go although its days aren't over; null: not before. Epoch milliseconds. */
  readonly purgeAt: number | null
}

export interface KeptDelivery extends Delivery {
  readonly eventId: string
  /** The job that put it on its way last, and its status before that; null: none. */
  readonly replay: { readonly id: string; readonly before: EventStatus | null } | null
}

/** An attempt with whose it is: it may outlive its event. */
export interface KeptAttempt extends Attempt {
  readonly eventId: string
  readonly suiteId: string | null
  readonly corpid: string | null
}

/** What can't be read, and so can't move. */
export interface DamagedEvent {
  readonly id: string
  /** What is wrong with it, as a sentence. */
  readonly problem: string
}

export interface Moving {
  /** Events in the order of arrival; those whose secrets don't open apart from the others. */
  listKeptEvents(cursor?: string): Promise<Page<KeptEvent> & { readonly damaged: DamagedEvent[] }>
  addKeptEvents(events: readonly KeptEvent[]): Promise<void>

  /** Deliveries in the order of dispatch, which is that of each line. */
  listKeptDeliveries(cursor?: string): Promise<Page<KeptDelivery>>
  /** Those whose event isn't there are left out. */
  addKeptDeliveries(deliveries: readonly KeptDelivery[]): Promise<void>

  listKeptAttempts(cursor?: string): Promise<Page<KeptAttempt>>
  addKeptAttempts(attempts: readonly KeptAttempt[]): Promise<void>

  /** All jobs, those that ended too, the oldest first. */
  listKeptReplays(): Promise<Replay[]>
  addKeptReplays(replays: readonly Replay[]): Promise<void>

  addEndpointStates(states: readonly EndpointState[]): Promise<void>
}
