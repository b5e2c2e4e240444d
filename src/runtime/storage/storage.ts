/**
 * What a process keeps its state in, opened: a folder that is its own, or a database that it shares
 * with other replicas.
 */
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import type { EventLogDriver, StoreDriver } from '../../store/driver/drivers'
import type { Shared } from '../../store/replicas/shared'

export interface Storage {
  readonly store: StoreDriver
  readonly eventLog: EventLogDriver
  /** The time for all that is done on this state: where it is shared, that of the database. */
  readonly clock: Clock
  /** What there is besides where the state is shared; null where it is not. */
  readonly shared: Shared | null
  /** A log that tells once of what many calls meet at once: that the storage is away. */
  readonly quiet: (log: Logger) => Logger
  /** Where it is, for the log: no secret. */
  readonly place: { readonly dataDir: string } | { readonly database: string }
  /** What was found when it was opened and deserves a word. */
  readonly warnings: readonly string[]
  /** The user that this process became to use it; null if it stayed who it was. */
  readonly becameUser: string | null
  /** Of the disk that has it; null where that can't be told. */
  freeBytes(): Promise<number | null>
  /** Makes sure of the room that is set aside for a full disk, where there is any. */
  makeReserve(): Promise<void>
  /** Finishes what was begun, and lets go of it. */
  close(): Promise<void>
}
