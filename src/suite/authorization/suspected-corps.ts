/**
 * The companies that WeCom called gone and that are not checked yet, for as long as the process
 * lives.
 */
import { createRecentRevocations, type RecentRevocations } from './recent-revocations'

/** WeCom called a company gone, and that is not confirmed yet. */
export interface SuspectedCorp {
  readonly suiteId: string
  readonly corpid: string
  readonly since: number
  confirmAt: number
}

export interface SuspectedCorps {
  add(suiteId: string, corpid: string, since: number, waitMs: number): void
  remove(suiteId: string, corpid: string): void
  has(suiteId: string, corpid: string): boolean
  of(suiteId: string): SuspectedCorp[]
  due(now: number): SuspectedCorp[]
  /** Forgets the suites of which this isn't true. */
  retainSuites(stays: (suiteId: string) => boolean): void
  readonly recentRevocations: RecentRevocations
  /** The reading of revocations by processes before this one; null until it has begun. */
  recentRevocationsRead: Promise<void> | null
  /** Suites in which nobody is revoked, since too many companies are suspected at once. */
  readonly guardedSuites: Set<string>
}

const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

export const createSuspectedCorps = (): SuspectedCorps => {
  const byName = new Map<string, SuspectedCorp>()
  const guardedSuites = new Set<string>()
  return {
    add(suiteId, corpid, since, waitMs) {
      byName.set(nameOf(suiteId, corpid), { suiteId, corpid, since, confirmAt: since + waitMs })
    },
    remove: (suiteId, corpid) => void byName.delete(nameOf(suiteId, corpid)),
    has: (suiteId, corpid) => byName.has(nameOf(suiteId, corpid)),
    of: (suiteId) => [...byName.values()].filter((one) => one.suiteId === suiteId),
    due: (now) => [...byName.values()].filter(({ confirmAt }) => confirmAt <= now),
    retainSuites(stays) {
      for (const [name, { suiteId }] of byName) if (!stays(suiteId)) byName.delete(name)
      for (const suiteId of guardedSuites) if (!stays(suiteId)) guardedSuites.delete(suiteId)
    },
    recentRevocations: createRecentRevocations(),
    recentRevocationsRead: null,
    guardedSuites,
  }
}
