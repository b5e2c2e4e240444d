/**
 * The port to hourly budgets: what may be done so often within any hour, by all processes together.
 * An account is forgotten an hour after it was spent from last; no export has it.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import { hourMs } from '../../clock'

export interface HourlyBudget {
  /** 1 to 400 characters. */
  readonly account: string
  /** How often within any hour, at least once. */
  readonly most: number
}

/** A driver of the store serves this port too. */
export interface Budgets {
  /**
   * Spends once from each, unless one of them has nothing left: then nothing is spent. Of many
   * callers no more spend than there is.
   *
   * @param budgets of different accounts
   * @returns null if it was spent, else from when on there is some again, in epoch milliseconds
   */
  spendBudgets(budgets: readonly HourlyBudget[]): Promise<number | null>

  /** When each account was spent from within the last hour, the earliest first. */
  listSpent(accounts: readonly string[]): Promise<number[][]>
}

/** What of these moments counts at `now`; also of those ahead, from before a clock was put back. */
export const withinHour = (spentAt: readonly number[], now: number): number[] =>
  spentAt.filter((at) => Math.abs(now - at) < hourMs)

/**
 * From when on all of these may be spent from; null: now.
 *
 * @param spentAt of each budget, within the last hour, the earliest first
 */
export const pausedUntil = (
  budgets: readonly HourlyBudget[],
  spentAt: readonly (readonly number[])[],
): number | null => {
  const waits = budgets.flatMap(({ most }, n) => {
    const times = spentAt[n] ?? []
    return times.length < most ? [] : [(times[times.length - most] ?? 0) + hourMs]
  })
  return waits.length === 0 ? null : Math.max(...waits)
}
