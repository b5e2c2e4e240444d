/**
 * The budget of JS-SDK ticket fetches: WeCom allows 400 an hour per company and 100 an hour per app
 * and company (document 96909). Nothing is spent across companies.
 */
import { type Budgets, type HourlyBudget, pausedUntil } from '../../store/replicas/budgets'
import type { TokenKey } from '../../store/token-record'

const limits = { corp: 400, app: 100 }

export interface TicketBudget {
  /**
   * Spends one fetch; null if it is allowed, else when the next one is. Epoch milliseconds.
   *
   * @throws {ServiceError} store_unavailable, as all of these
   */
  spend(key: TokenKey): Promise<number | null>
  /** The same without spending anything. */
  pausedUntil(key: TokenKey): Promise<number | null>
  /** Whether more than half of an hour's fetches are spent: the rest is for who has no ticket. */
  isScarce(key: TokenKey): Promise<boolean>
}

const budgetsOf = ({ suiteId, corpid }: TokenKey): HourlyBudget[] => [
  { account: `corp ${corpid}`, most: limits.corp },
  { account: `app ${suiteId} ${corpid}`, most: limits.app },
]

export const createTicketBudget = (store: Budgets): TicketBudget => {
  const spentOf = (budgets: readonly HourlyBudget[]) =>
    store.listSpent(budgets.map(({ account }) => account))

  return {
    spend: (key) => store.spendBudgets(budgetsOf(key)),
    async pausedUntil(key) {
      const budgets = budgetsOf(key)
      return pausedUntil(budgets, await spentOf(budgets))
    },
    async isScarce(key) {
      const budgets = budgetsOf(key)
      const spentAt = await spentOf(budgets)
      return budgets.some(({ most }, n) => (spentAt[n]?.length ?? 0) > most / 2)
    },
  }
}
