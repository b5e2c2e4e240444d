/**
 * The budget of JS-SDK ticket fetches: WeCom allows 400 an hour per company and 100 an hour per app
 * and company (document 96909). Nothing is spent across companies.
 */
import { hourMs } from '../../clock'
import type { TokenKey } from '../../store/token-record'

const limits = { corp: 400, app: 100 }

export interface TicketBudget {
  /** Spends one fetch; null if it is allowed, else when the next one is. Epoch milliseconds. */
  spend(key: TokenKey, now: number): number | null
  /** The same without spending anything. */
  pausedUntil(key: TokenKey, now: number): number | null
  /** Whether more than half of an hour's fetches are spent: the rest is for who has no ticket. */
  isScarce(key: TokenKey, now: number): boolean
}

export const createTicketBudget = (): TicketBudget => {
  const spentAt = new Map<string, number[]>()

  const recent = (account: string, now: number): number[] => {
    const times = (spentAt.get(account) ?? []).filter((at) => Math.abs(now - at) < hourMs)
    if (times.length === 0) spentAt.delete(account)
    else spentAt.set(account, times)
    return times
  }

  const accountsOf = ({ suiteId, corpid }: TokenKey) => [
    { name: `corp ${corpid}`, limit: limits.corp },
    { name: `app ${suiteId} ${corpid}`, limit: limits.app },
  ]

  const pausedUntil: TicketBudget['pausedUntil'] = (key, now) => {
    for (const { name, limit } of accountsOf(key)) {
      const times = recent(name, now)
      if (times.length >= limit) return (times[0] ?? now) + hourMs
    }
    return null
  }

  return {
    pausedUntil,
    spend(key, now) {
      const paused = pausedUntil(key, now)
      if (paused !== null) return paused
      for (const { name } of accountsOf(key)) spentAt.set(name, [...recent(name, now), now])
      return null
    },
    isScarce: (key, now) =>
      accountsOf(key).some(({ name, limit }) => recent(name, now).length > limit / 2),
  }
}
