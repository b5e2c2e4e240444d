/** One line of the log when this machine's clock leaves the database's, and one when it is back. */
import type { Logger } from '../../../log'
import { noticedOffsetMs, tolerableOffsetMs } from '../../replicas/clock-offset'

export interface ClockNotice {
  /**
   * The database's clock is by so many milliseconds ahead of this machine's.
   *
   * @returns whether that is news
   */
  saw(offsetMs: number): boolean
}

const bounds = [noticedOffsetMs, tolerableOffsetMs]

export const createClockNotice = (log: Logger): ClockNotice => {
  let toldGrade = 0
  let toldSide = 0
  return {
    saw(offsetMs) {
      // What was told holds down to the half of its bound: an offset beside one is no news.
      const exceeded = (bound: number, n: number) =>
        Math.abs(offsetMs) > (toldGrade > n ? bound / 2 : bound)
      const grade = bounds.filter(exceeded).length
      const side = grade === 0 ? 0 : Math.sign(offsetMs)
      if (grade === toldGrade && side === toldSide) return false
      toldGrade = grade
      toldSide = side
      const fields = { clockOffsetMs: offsetMs }
      if (grade === 0)
        log.info('the clock of this machine agrees with the database’s again', fields)
      else if (grade === 1) {
        log.warn(
          'the clock of this machine differs from the database’s: let both follow NTP',
          fields,
        )
      } else {
        log.error(
          'the clock of this machine is more than a minute off the database’s: let both follow NTP',
          fields,
        )
      }
      return true
    },
  }
}
