/**
 * The guard against losing many companies at once: if too many of a suite would be given up within
 * a few minutes, the fault is ours or WeCom's, and none of them is. No I/O. No clock.
 */
import { minuteMs } from '../../clock'

/** What happened longer ago doesn't count together with what happens now. */
export const guardWindowMs = 10 * minuteMs

const fewest = 3
const largestShare = 0.05

/** Whether so many at once can't be a coincidence. */
export const tooMany = (gone: number, corps: number): boolean =>
  gone > fewest && gone > corps * largestShare

/** Companies that were given up a short while ago: those that an alarm takes back. */
export interface RecentRevocations {
  add(suiteId: string, corpid: string, at: number): void
  remove(suiteId: string, corpid: string): void
  /** The corpids of one suite's, within the window. */
  lately(suiteId: string, now: number): string[]
}

export const createRecentRevocations = (): RecentRevocations => {
  const bySuite = new Map<string, Map<string, number>>()
  const of = (suiteId: string): Map<string, number> => bySuite.get(suiteId) ?? new Map()
  return {
    add: (suiteId, corpid, at) => void bySuite.set(suiteId, of(suiteId).set(corpid, at)),
    remove: (suiteId, corpid) => void of(suiteId).delete(corpid),
    lately(suiteId, now) {
      const own = of(suiteId)
      for (const [corpid, at] of own) if (now - at >= guardWindowMs) own.delete(corpid)
      return [...own.keys()]
    },
  }
}
