/** What is remembered of doubts for as long as the process lives. */
import { createGivenUp, type GivenUp } from './mass-revocation'

/** WeCom called a company gone, and that is not confirmed yet. */
export interface Doubt {
  readonly suiteId: string
  readonly corpid: string
  readonly since: number
  confirmAt: number
}

export interface DoubtBook {
  add(suiteId: string, corpid: string, since: number, waitMs: number): void
  remove(suiteId: string, corpid: string): void
  has(suiteId: string, corpid: string): boolean
  of(suiteId: string): Doubt[]
  due(now: number): Doubt[]
  /** Forgets the suites of which this isn't true. */
  keepSuites(stay: (suiteId: string) => boolean): void
  readonly givenUp: GivenUp
  /** Suites with too many companies in doubt at once. */
  readonly alarmed: Set<string>
  /** Reading whom processes before this one gave up; null until it has begun. */
  recalled: Promise<void> | null
}

const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

export const createDoubtBook = (): DoubtBook => {
  const doubts = new Map<string, Doubt>()
  const alarmed = new Set<string>()
  return {
    add: (suiteId, corpid, since, waitMs) =>
      void doubts.set(nameOf(suiteId, corpid), {
        suiteId,
        corpid,
        since,
        confirmAt: since + waitMs,
      }),
    remove: (suiteId, corpid) => void doubts.delete(nameOf(suiteId, corpid)),
    has: (suiteId, corpid) => doubts.has(nameOf(suiteId, corpid)),
    of: (suiteId) => [...doubts.values()].filter((one) => one.suiteId === suiteId),
    due: (now) => [...doubts.values()].filter(({ confirmAt }) => confirmAt <= now),
    keepSuites(stay) {
      for (const [name, { suiteId }] of doubts) if (!stay(suiteId)) doubts.delete(name)
      for (const suiteId of alarmed) if (!stay(suiteId)) alarmed.delete(suiteId)
    },
    givenUp: createGivenUp(),
    alarmed,
    recalled: null,
  }
}
