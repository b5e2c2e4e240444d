/** What is remembered of doubts for as long as the process lives. */
import { createRecentRevocations, type RecentRevocations } from './mass-revocation'

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
  keepSuites(stay: (suiteId: string) => boolean): void
  readonly recentRevocations: RecentRevocations
  /** Suites with too many companies in doubt at once. */
  readonly alarmed: Set<string>
  /** Reading whom processes before this one gave up; null until it has begun. */
  recalled: Promise<void> | null
}

const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

export const createSuspectedCorps = (): SuspectedCorps => {
  const byName = new Map<string, SuspectedCorp>()
  const alarmed = new Set<string>()
  return {
    add: (suiteId, corpid, since, waitMs) =>
      void byName.set(nameOf(suiteId, corpid), {
        suiteId,
        corpid,
        since,
        confirmAt: since + waitMs,
      }),
    remove: (suiteId, corpid) => void byName.delete(nameOf(suiteId, corpid)),
    has: (suiteId, corpid) => byName.has(nameOf(suiteId, corpid)),
    of: (suiteId) => [...byName.values()].filter((one) => one.suiteId === suiteId),
    due: (now) => [...byName.values()].filter(({ confirmAt }) => confirmAt <= now),
    keepSuites(stay) {
      for (const [name, { suiteId }] of byName) if (!stay(suiteId)) byName.delete(name)
      for (const suiteId of alarmed) if (!stay(suiteId)) alarmed.delete(suiteId)
    },
    recentRevocations: createRecentRevocations(),
    alarmed,
    recalled: null,
  }
}
