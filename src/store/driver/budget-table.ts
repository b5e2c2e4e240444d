/** Hourly budgets of the handles of one process: when each account was spent from. */
import { type Clock, hourMs } from '../../clock'
import { type Budgets, pausedUntil, withinHour } from '../replicas/budgets'

/** The moments of each account, the earliest first. */
export type BudgetTable = Map<string, number[]>

export const createBudgets = (parts: {
  readonly table: BudgetTable
  readonly clock: Clock
  /** The driver's lifecycle. */
  call<T>(work: () => T): Promise<T>
}): Budgets => {
  const { table, clock, call } = parts
  let forgottenAt = 0

  const recent = (account: string, now: number): number[] => {
    const times = withinHour(table.get(account) ?? [], now)
    if (times.length === 0) table.delete(account)
    return times
  }

  /** Accounts that nobody spends from any more would stay for ever. */
  const forgetOld = (now: number): void => {
    if (Math.abs(now - forgottenAt) < hourMs) return
    forgottenAt = now
    for (const account of table.keys()) recent(account, now)
  }

  return {
    spendBudgets: (budgets) =>
      call(() => {
        const now = clock.now()
        const spentAt = budgets.map(({ account }) => recent(account, now))
        const paused = pausedUntil(budgets, spentAt)
        if (paused !== null) return paused
        budgets.forEach(({ account }, n) => {
          table.set(account, [...(spentAt[n] ?? []), now])
        })
        forgetOld(now)
        return null
      }),
    listSpent: (accounts) => call(() => accounts.map((account) => recent(account, clock.now()))),
  }
}
