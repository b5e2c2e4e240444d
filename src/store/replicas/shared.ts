/** What a service has besides its drivers where other replicas share its state. */
import type { ReplicaBell } from './bell'
import type { Changes } from './changes'
import type { Life } from './life'

/** An outage of what replicas share, while it lasts. */
export interface OutageNow {
  /** Whether it can't be reached, or is there and takes no callbacks. */
  readonly kind: 'away' | 'unfit'
  /** What is away, by host and name: no secret. */
  readonly database: string
  /** What was said when it was asked last. */
  readonly reason: string
  /** For how long this process has missed it. */
  readonly forMs: number
}

export interface Shared {
  /** Of this process, among all that live. */
  readonly replicaId: string
  readonly life: Life
  /** Null while it is there. */
  outage(): OutageNow | null
  readonly changes: Changes
  readonly bell: ReplicaBell
}
