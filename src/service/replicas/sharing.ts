/** What a process has to know of those it shares its state with. */
import type { Budgets } from '../../store/replicas/budgets'
import type { SharedWorkLog } from '../../store/watch/shared-work'

export interface Sharing {
  /** Whether other processes may work on this state. */
  readonly isShared: boolean
  /** How many processes live on this state, this one included. */
  livingReplicas(): number
  /** The suites that other processes have in their settings. */
  suitesOfOthers(): readonly { readonly key: string; readonly suiteId: string }[]
  /** What all of them together may do within an hour. */
  readonly budgets: Budgets
  /** When work that one of them does for all was last done. */
  readonly sharedWork: SharedWorkLog
}
