/**
 * The port to deliveries: the way of each event to each endpoint of the business app. They stand
 * beside their events, so one driver serves both ports.
 *
 * An event whose own work has ended is *dispatched*: what is sent of it is composed once, and there
 * is a delivery for each endpoint that wants it. A delivery is claimed, tried and settled like an
 * event; each try is kept as an attempt, and changes the state of its endpoint in the same step.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import type { EventRecord, Outgoing } from './event-record'
import type { Replays } from './replays'
import type { Page } from './store'

/** So many failed tries in a row, and an endpoint counts as failing: its deliveries are held. */
export const failingAfter = 5

export const endpointStatuses = ['on', 'paused', 'off'] as const
export type EndpointStatus = (typeof endpointStatuses)[number]

/** How an endpoint fares. One that was never tried is on, without failures. */
export interface EndpointState {
  readonly endpoint: string
  readonly status: EndpointStatus
  /** Why it is paused or off, in words; null while it is on. */
  readonly reason: string | null
  /** Failed tries since the last success, or since it was resumed. */
  readonly failures: number
  /** When the first of them was. Epoch milliseconds, as all times here; null without one. */
  readonly failingSince: number | null
  readonly lastFailureAt: number | null
  readonly lastError: string | null
  readonly lastSuccessAt: number | null
  /** When it last took something again after it had been failing, or was resumed; null: never. */
  readonly recoveredAt: number | null
  /** Deliveries that were given up because they were held too long. */
  readonly dropped: number
}

/** A delivery that is due, with what it carries. */
export interface ClaimedDelivery {
  readonly endpoint: string
  /** One more each time it is claimed. Who settles names it. */
  readonly claim: number
  /** Tries that ended before this one. */
  readonly attempts: number
  /** How many of them counted against its schedule. */
  readonly step: number
  readonly dispatchedAt: number
  /** With what is sent of it in `outgoing`. */
  readonly event: Omit<EventRecord, 'deliveries'>
}

export interface DeliveryClaim {
  readonly endpoint: string
  readonly now: number
  /** It is hidden from other claims until `now + leaseMs`, or until it is settled. */
  readonly leaseMs: number
  /** What was dispatched at this moment or later is fresh and goes before all others. */
  readonly freshSince: number
  /** How many at most. */
  readonly limit: number
  /** How many of them at most that are not fresh. */
  readonly backlogLimit: number
}

/** One try of a delivery. */
export interface Attempt {
  readonly endpoint: string
  readonly at: number
  /** The address that was connected to; null where it came to none. */
  readonly address: string | null
  /** HTTP status; null where no answer came. */
  readonly status: number | null
  /** Why it failed, in words; null for a success. */
  readonly error: string | null
  readonly durationMs: number
  /** The first kilobyte of the answer, as text. */
  readonly answer: string
}

/** What a try left of its delivery. */
export type DeliveryOutcome =
  | { readonly status: 'done' }
  | { readonly status: 'dead'; readonly lastError: string }
  | {
      readonly status: 'pending'
      readonly lastError: string | null
      readonly nextAttemptAt: number
      readonly step: number
    }
  /** Its endpoint doesn't want the event any more: the delivery goes. */
  | { readonly status: 'unwanted' }

export interface SettledDelivery {
  /** `'superseded'`: another claim followed, or it was done; the attempt is kept all the same. */
  readonly result: 'settled' | 'superseded'
  /** The endpoint before and after this attempt; equal without one. */
  readonly before: EndpointState
  readonly after: EndpointState
}

export interface DeliveryQueue {
  /**
   * Events whose own work has ended, that are still to be dispatched and whose `dispatchAt` has
   * come, the earliest first. At most `limit`.
   */
  listUndispatched(now: number, limit: number): Promise<EventRecord[]>

  /** When the next event that could be dispatched now comes due for it; null if there is none. */
  nextDispatchAt(): Promise<number | null>

  /**
   * Keeps what is sent of events, with a delivery for each endpoint; none for an event without
   * endpoints. One step for all. Events that are dispatched already, and unknown ids, are ignored.
   */
  dispatch(outgoing: readonly Outgoing[], now: number): Promise<void>

  /**
   * Takes pending deliveries of one endpoint that are due: first the fresh ones in the order of
   * dispatch, then the others, those due longest first. Of ordered ones only the oldest that is
   * still pending of its company can be taken.
   */
  claimDeliveries(claim: DeliveryClaim): Promise<ClaimedDelivery[]>

  /**
   * Takes one pending delivery, due or not. Null if there is none that isn't claimed, or it is not
   * its turn; then it is due once its turn comes, whatever it was to wait for.
   */
  claimDelivery(
    id: string,
    endpoint: string,
    now: number,
    leaseMs: number,
  ): Promise<ClaimedDelivery | null>

  /**
   * Ends a try, durably: the delivery's outcome, the attempt, and what it says about the endpoint.
   * Under a claim that another one followed only `done` counts; nothing changes what is done.
   * Without an attempt it was given back untried, which counts nowhere.
   *
   * @param settled.endpointTook whether the attempt shows that the endpoint is well; null: neither
   */
  settleDelivery(settled: {
    readonly id: string
    readonly endpoint: string
    readonly claim: number
    readonly outcome: DeliveryOutcome
    readonly attempt: Attempt | null
    readonly endpointTook: boolean | null
  }): Promise<SettledDelivery>

  /**
   * When the next delivery of an endpoint is due of those whose turn it is and that nobody holds at
   * `now`; null if there is none.
   */
  nextDeliveryAt(endpoint: string, now: number): Promise<number | null>
}

/** What waits for an endpoint, and what was given up. */
export interface DeliveryCounts {
  readonly endpoint: string
  readonly pending: number
  /** When the oldest pending one was dispatched; null without one. */
  readonly oldestPendingAt: number | null
  readonly dead: number
}

export interface EndpointStates {
  /** Of all endpoints that were ever tried, or whose status was set. */
  listEndpointStates(): Promise<EndpointState[]>

  /** Of all endpoints that have pending or dead deliveries. */
  countDeliveries(): Promise<DeliveryCounts[]>

  /**
   * Sets the status, if it is one of `from` now. `on` ends its failures and makes it recovered at
   * this moment.
   */
  setEndpointStatus(
    endpoint: string,
    status: EndpointStatus,
    reason: string | null,
    at: number,
    from?: readonly EndpointStatus[],
  ): Promise<Pick<SettledDelivery, 'before' | 'after'>>

  /** Makes all pending deliveries of an endpoint due at `now`, but those that wait their turn. */
  makeDeliveriesDue(endpoint: string, now: number): Promise<void>

  /** Makes the pending deliveries of an endpoint ordered, or free of order. */
  setOrdered(endpoint: string, ordered: boolean): Promise<void>

  /** Gives up pending deliveries of an endpoint that were dispatched before; counts them there. */
  dropDeliveries(endpoint: string, before: number, lastError: string): Promise<number>

  /** Forgets an endpoint's deliveries, its replays and its state. */
  forgetEndpoint(endpoint: string): Promise<void>
}

export interface Attempts {
  /** The attempts to deliver one event, newest first. */
  listAttempts(eventId: string, page: { limit: number; cursor?: string }): Promise<Page<Attempt>>

  /** Forgets attempts before `before`, and of the others the oldest beyond `most`. */
  purgeAttempts(before: number, most: number): Promise<number>
}

export interface Deliveries extends DeliveryQueue, EndpointStates, Attempts, Replays {}
