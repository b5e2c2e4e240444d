/** The port by which unfinished work, and what was seen, leaves with an export and comes back. */
import type { EventRecord } from './event-log'
import type { Page } from './store'

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

  /** Remembers identities, durably. Those that are remembered already stay as they are. */
  restoreIdentities(identities: readonly SeenIdentity[]): Promise<void>
}
