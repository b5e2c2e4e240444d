/** What a process has to know of those it shares its state with. */
import type { Budgets } from '../../store/replicas/budgets'

export interface Sharing {
  /** How many processes live on this state, this one included. */
  livingReplicas(): number
  /** What all of them together may do within an hour. */
  readonly budgets: Budgets
}
