/** The life of this process among the replicas, as the rest of it sees it. */
import type { ReplicaRecord, ReplicaSeen } from './replicas'

/** What a service tells the other replicas of itself. Its life adds what it knows of the clock. */
export interface Told {
  /** A digest of its settings: all replicas are to have the same. */
  readonly settings: string
  readonly seen: Omit<ReplicaSeen, 'clockOffsetMs'>
}

export interface Life {
  /**
   * Whether nobody can have taken over yet what this process has in hand. Where it can't be sure,
   * since its last renewal is too long ago, it begins nothing.
   */
  isSure(): boolean
  /**
   * The ids of keys with which others seal, and which this process was not given. It begins nothing
   * while there is one.
   */
  missingKeys(): readonly string[]
  /** By how many milliseconds the clock of the storage is ahead of this machine’s. */
  clockOffsetMs(): number
  /** The replicas that lived when they were last looked at, seconds ago, this one among them. */
  living(): readonly ReplicaRecord[]
  /** From now on tells the others what this gives. */
  tell(told: () => Told): void
}
