/** What a service has besides its drivers where other replicas share its state. */
import type { ReplicaBell } from './bell'
import type { Changes } from './changes'
import type { Life } from './life'
import type { Replicas } from './replicas'

export interface Shared {
  readonly replicas: Pick<Replicas, 'replicaId' | 'listReplicas'>
  readonly changes: Changes
  readonly bell: ReplicaBell
  readonly life: Life
}
