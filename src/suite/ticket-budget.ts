/**
 * How often JS-SDK tickets may be fetched: WeCom allows 400 an hour per company and 100 an hour
 * per app and company (document 96909). Nothing is spent across companies.
 */
import { hourMs } from '../clock'
import type { TokenKey } from '../store/store'

const limits = { corp: 400, app: 100 }

export interface TicketBudget {
  /** Spends one fetch; null if it is allowed, else when the next one is. Epoch milliseconds. */
  spend(key: TokenKey, now: number): number | null
}

export const createTicketBudget = (): TicketBudget => {
  const spentAt = new Map<string, number[]>()

  const recent = (account: string, now: number): number[] => {
    const times = (spentAt.get(account) ?? []).filter((at) => Math.abs(now - at) < hourMs)
    if (times.length === 0) spentAt.delete(account)
    else spentAt.set(account, times)
    return times
  }

  return {
    spend({ suiteId, corpid }, now) {
      const accounts = [
        { name: `corp ${corpid}`, limit: limits.corp },
        { name: `app ${suiteId} ${corpid}`, limit: limits.app },
      ]
      for (const { name, limit } of accounts) {
        const times = recent(name, now)
        if (times.length >= limit) return (times[0] ?? now) + hourMs
      }
      for (const { name } of accounts) spentAt.set(name, [...recent(name, now), now])
      return null
    },
  }
}
