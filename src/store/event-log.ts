/**
 * The port to the event log: a durable queue of what WeCom told us, its history, and how it leaves
 * and enters by exports. An event (our own work on it) and its deliveries (its way to each endpoint
 * of the business app, `deliveries.ts`) are separate records.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import type { ClaimedEvent, EventRecord, EventStatus, NewEvent, Settlement } from './event-record'
import type { Page } from './store'

export interface EventQuery {
  readonly suiteId?: string | undefined
  /** With `suiteId`: also events of no suite, which are the provider's. */
  readonly orNoSuite?: boolean | undefined
  readonly type?: string | undefined
  /** Any of these types. */
  readonly types?: readonly string[] | undefined
  readonly corpid?: string | undefined
  /** Any of these: a company may be known by two ids. */
  readonly corpids?: readonly string[] | undefined
  readonly status?: EventStatus | undefined
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string | undefined
}

/** As `EventQuery`, read on from an event. */
export interface EventsAfter extends Omit<EventQuery, 'cursor'> {
  /** The id of the event behind which to begin; null: the oldest that is kept. */
  readonly after: string | null
  /** Only those received from here on, and up to here. Epoch milliseconds, both inclusive. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export interface EventCounts extends Record<EventStatus, number> {
  /** `receivedAt` of the oldest pending event, or null. */
  readonly oldestPendingAt: number | null
}

/** Work waiting to be done: what came, who works on it, how that ended. */
export interface EventQueue {
  /**
   * Durable when it resolves. `'duplicate'`, and nothing written, if an event of the same identity
   * is remembered. Appends that come in one turn of the loop share one transaction.
   */
  append(event: NewEvent): Promise<'stored' | 'duplicate'>

  /**
   * Takes up to `limit` pending events that are due at `now`, those due longest first and those
   * due equally long as they came, each hidden from other claims until `now + leaseMs`, until it
   * is settled, or until its owner no longer lives. Events of the types in `first` go before all
   * others, those of the suites in `exceptSuites` not at all.
   */
  claim(
    now: number,
    leaseMs: number,
    limit: number,
    first?: readonly string[],
    exceptSuites?: readonly string[],
  ): Promise<ClaimedEvent[]>

  /**
   * Ends a try: counts it and writes its outcome, durably. Under a claim that another one followed
   * only `done` counts, for whoever says it has done the work; and nothing changes what is done.
   * `'superseded'`, and nothing written, in those cases and for unknown ids.
   *
   * @param claim under which the try was made; null for somebody who decides without one
   */
  settle(
    id: string,
    claim: number | null,
    settlement: Settlement,
  ): Promise<'settled' | 'superseded'>

  /**
   * Writes the pending secret of an event, durably, in place of the one before. It stays until the
   * event is done, turns out to be another (`readAs`), its body is emptied, or null is written.
   * Unknown ids are ignored, and so are events that are done, and claims that another one followed.
   * Where the disk is full a reserve may be given up for it.
   *
   * @param claim as for `settle`
   */
  savePendingSecret(id: string, text: string | null, claim: number | null): Promise<void>

  /**
   * Makes dead or pending work on an event due at `now`: itself if it isn't done, and its
   * deliveries that aren't. Returns the event as it then is, or null if there is none.
   */
  retry(id: string, now: number): Promise<EventRecord | null>

  /** Makes pending events of these types due at `now` (a new ticket came: try at once). */
  makeDueNow(types: readonly string[], suiteId: string, now: number): Promise<number>

  /**
   * When the pending event that is due first is due, or null. One that is claimed counts from the
   * end of its claim on: it can't be taken before. Those of the suites in `exceptSuites` don't
   * count.
   */
  nextDueAt(exceptSuites?: readonly string[]): Promise<number | null>
}

export interface Purge {
  /** Settled events received before this go. Epoch milliseconds. */
  readonly settledBefore: number
  /** Identities seen before this are forgotten. */
  readonly identitiesBefore: number
  /** In place of `settledBefore` for dead events; 0 keeps them all. */
  readonly deadBefore?: number
  /** Dead events whose `purgeAt` has come by then go as well; none unless given. */
  readonly purgeAtBefore?: number
}

/** What came, as long as it is kept. */
export interface EventHistory {
  get(id: string): Promise<EventRecord | null>

  /** Newest first. */
  list(query: EventQuery): Promise<Page<EventRecord>>

  /**
   * Oldest first, in the order of arrival; none is ever added before one that was given out. Null
   * if there is no event of the id `after` (any more).
   */
  listAfter(query: EventsAfter): Promise<EventRecord[] | null>

  /** The ids of the oldest and the latest event that are kept; null if there is none. */
  bounds(): Promise<{ readonly oldest: string; readonly latest: string } | null>

  counts(): Promise<EventCounts>

  /**
   * Empties the bodies of a company's settled events (those with no delivery on its way), and their
   * pending secrets. Returns how many it were.
   */
  blankBodies(suiteId: string, corpid: string): Promise<number>

  /**
   * Erases all that came of a company with a suite up to a moment, whatever its state: events,
   * deliveries, attempts, facts, and what is in the audit log beyond ids and times. What comes of
   * one that returns meanwhile stays. Returns how many events.
   *
   * @param until epoch milliseconds, inclusive
   */
  eraseCorp(suiteId: string, corpid: string, until: number): Promise<number>

  /**
   * Forgets settled (done or dead) events, unless a delivery of theirs is still on its way, and
   * identities. Pending events stay. Returns how many events went.
   */
  purge(purge: Purge): Promise<number>
}

/** What makes a repeated push known, and when it was first seen. */
export interface SeenIdentity {
  readonly identity: string
  /** Epoch milliseconds. */
  readonly seenAt: number
}

/** How unfinished work and what was seen leave with an export and come back with an import. */
export interface EventTransfer {
  /**
   * A stretch of the log, in the order of arrival: of its events those that aren't done or have a
   * delivery that isn't. It may hold none of them and have a `next` all the same.
   */
  listUnfinished(cursor?: string): Promise<Page<EventRecord>>

  /** A stretch of the identities that are remembered; those that come meanwhile may be in it. */
  listIdentities(cursor?: string): Promise<Page<SeenIdentity>>

  /**
   * Puts an event back as it was, its deliveries too, and remembers its identity; durable when it
   * resolves. `'duplicate'`, and nothing written, if its id is another event's or its identity is
   * remembered.
   */
  restoreEvent(event: EventRecord, identity: string): Promise<'stored' | 'duplicate'>

  /**
   * Remembers identities, durably. Those that are remembered already stay as they are. Returns how
   * many are new.
   */
  restoreIdentities(identities: readonly SeenIdentity[]): Promise<number>
}

export interface EventLogLifecycle {
  /** Throws `store_unavailable` unless a durable append would work now. */
  checkWritable(): Promise<void>

  close(): Promise<void>
}

export interface EventLog extends EventQueue, EventHistory, EventTransfer, EventLogLifecycle {}
