/** The life of this process among the replicas, as the rest of it sees it. */
import type { ReplicaSeen } from './replicas'

/** What a replica tells of itself, but for its clock, which its life knows. */
export type Told = Omit<ReplicaSeen, 'clockOffsetMs'>

export interface Life {
  /**
   * Whether nobody can have taken over yet what this process has in hand. Where it can't be sure,
   * since its last renewal is too long ago, it begins nothing.
   */
  isSure(): boolean
  /**
   * By how many milliseconds the clock of the storage is ahead of this machine's; null where it
   * wasn't asked yet.
   */
  clockOffsetMs(): number | null
  /** From now on tells the others what this gives. */
  tell(told: () => Told): void
}
