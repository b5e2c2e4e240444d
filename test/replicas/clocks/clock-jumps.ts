/** What happens to the clocks of machines while their replicas work. */
import { minuteMs, secondMs, systemClock } from '../../../src/clock'
import type { Random } from '../../../src/retry'
import type { Disturbance } from '../disturbances'
import type { Fleet } from '../fleet'

/** In this order, to a replica at random: so that several are off at once, on either side. */
const minutesAhead = [10, -10, 2, -2, 10, 0, -10, 0]

/** Beyond two renewals of a life: it has noticed, and so have the others. */
const lastsMs = 7 * secondMs

export const createClockJumps = (fleet: Fleet, random: Random): Disturbance[] =>
  minutesAhead.map((minutes) => ({
    name: `a clock is put to ${minutes} minutes ahead`,
    async happen() {
      const { replicas } = fleet
      replicas[Math.floor(random() * replicas.length)]!.machineClock?.set(minutes * minuteMs)
      await systemClock.sleep(lastsMs)
    },
  }))
