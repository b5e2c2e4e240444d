/**
 * The clock of a replica, led by that of the database: whatever this machine's says, and however it
 * is set meanwhile, all replicas have one time.
 */
import { type Clock, minuteMs } from '../../../clock'

/** So much of the time that passes, a difference is made up in: time never goes back. */
const share = 0.1
/** A larger difference is no drift: it is taken over at once. */
const largestDriftMs = minuteMs

export interface SharedClock extends Clock {
  /**
   * Takes over what the database said.
   *
   * @param at by the database, in epoch milliseconds
   * @param whenMs the same moment by the clock that is never put back
   */
  lead(at: number, whenMs: number): void
}

/**
 * @param own of this machine, for its timers and until the database was asked
 * @param monotonicMs milliseconds of a clock that is never put back
 */
export const createSharedClock = (own: Clock, monotonicMs: () => number): SharedClock => {
  /** From the clock that is never put back to the time: where it was, since when, where it goes. */
  let from = own.now() - monotonicMs()
  let since = monotonicMs()
  let target = from
  let isLed = false

  const offsetAt = (nowMs: number): number => {
    const left = target - from
    const most = (nowMs - since) * share
    return Math.abs(left) <= most ? target : from + Math.sign(left) * most
  }

  return {
    now() {
      const nowMs = monotonicMs()
      return Math.floor(nowMs + offsetAt(nowMs))
    },
    sleep: own.sleep,
    alarm: own.alarm,
    lead(at, whenMs) {
      const nowMs = monotonicMs()
      const shown = offsetAt(nowMs)
      target = at - whenMs
      since = nowMs
      from = isLed && Math.abs(target - shown) <= largestDriftMs ? shown : target
      isLed = true
    },
  }
}
