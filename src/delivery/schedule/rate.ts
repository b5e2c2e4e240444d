/** A bound on how many may begin in a second, evenly spread. It has no clock of its own. */
import { secondMs } from '../../clock'

export interface Rate {
  /** How many may begin now. */
  available(perSecond: number, now: number): number
  /** Counts those that began. More than were available are made up for, up to a second's worth. */
  spend(count: number): void
  /** When the next one may begin. Epoch milliseconds. */
  nextAt(perSecond: number, now: number): number
}

/** What a pause leaves over may begin at once, up to as much as this time gives. */
const burstMs = 100

export const createRate = (): Rate => {
  let left = 1
  let countedAt = 0

  const refill = (perSecond: number, now: number) => {
    const sinceMs = Math.max(now - countedAt, 0)
    const most = Math.max((perSecond * burstMs) / secondMs, 1)
    left = Math.min(Math.max(left, -perSecond) + (sinceMs * perSecond) / secondMs, most)
    countedAt = now
  }

  return {
    available(perSecond, now) {
      refill(perSecond, now)
      return Math.max(Math.floor(left), 0)
    },
    spend(count) {
      left -= count
    },
    nextAt(perSecond, now) {
      refill(perSecond, now)
      return now + Math.ceil((Math.max(1 - left, 0) * secondMs) / perSecond)
    },
  }
}
