/** What a service has besides its drivers where other replicas share its state. */
import type { ReplicaBell } from './bell'
import type { Changes } from './changes'
import type { Life } from './life'

export interface Shared {
  /** Of this process, among all that live. */
  readonly replicaId: string
  readonly life: Life
  readonly changes: Changes
  readonly bell: ReplicaBell
}
