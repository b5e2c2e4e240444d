import { type Clock, minuteMs } from '../src/clock'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms`, stopping at each moment at which sleepers fall due: the earliest first,
   * those due together at once, in the order in which they fell asleep. Between two moments
   * whatever was woken runs until it sleeps again, so chains of sleeps unfold at the right times.
   * Work that waits for something real (a file, a socket) is not waited for, but as `atRest` says.
   */
  advance(ms: number): Promise<void>
  /**
   * Lets `ms` pass at a stroke, as for a machine that was asleep: whoever fell due meanwhile wakes
   * once, at the end of it. Of a day this makes one round of the work in the background.
   */
  leap(ms: number): Promise<void>
  /**
   * Lets `ms` pass in leaps of five minutes, for hours in which nothing happens: what goes on every
   * few seconds is done a dozen times an hour, and not hundreds of times.
   */
  stride(ms: number): Promise<void>
  /** How many sleepers wait for time to pass. */
  readonly pending: number
}

interface Sleeper {
  readonly dueAt: number
  wake(): void
}

/** Each turn lets one `setImmediate` deep chain go on; a grouped commit takes one. */
const turnsBetweenSteps = 10

/**
 * As many do where whoever was woken sleeps again at once: periodic work that found nothing to do.
 */
const turnsWhereAllSleep = 3

const strideMs = 5 * minuteMs

const takeTurns = async (allSleep: () => boolean) => {
  for (let turn = 0; turn < turnsBetweenSteps; turn++) {
    if (turn === turnsWhereAllSleep && allSleep()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/**
 * @param startMs the epoch milliseconds that the clock shows at first
 * @param atRest whether nothing real is under way that has to end before time goes on
 */
export const createManualClock = (
  startMs: number,
  atRest: () => boolean = () => true,
): ManualClock => {
  // In the order in which they fell asleep.
  const sleepers = new Set<Sleeper>()
  let now = startMs

  /** When the next sleepers fall due; beyond every `until` if there are none. */
  const nextDueAt = (): number => {
    let next = Number.POSITIVE_INFINITY
    for (const { dueAt } of sleepers) if (dueAt < next) next = dueAt
    return next
  }

  const wakeAllDueAt = (moment: number): void => {
    // Who falls asleep meanwhile waits for the next step.
    for (const sleeper of [...sleepers]) {
      if (sleeper.dueAt === moment && sleepers.has(sleeper)) sleeper.wake()
    }
  }

  const letThingsRun = async (allSleep: () => boolean = () => false) => {
    await takeTurns(allSleep)
    while (!atRest()) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      await takeTurns(() => false)
    }
  }

  const advance = async (ms: number): Promise<void> => {
    const until = now + ms
    await letThingsRun()
    for (let next = nextDueAt(); next <= until; next = nextDueAt()) {
      now = Math.max(now, next)
      const asleep = sleepers.size
      wakeAllDueAt(next)
      await letThingsRun(() => sleepers.size === asleep)
    }
    now = Math.max(now, until)
  }

  const leap = (ms: number): Promise<void> => {
    now += ms
    return advance(0)
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        if (ms <= 0) return void setImmediate(resolve)
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper: Sleeper = { dueAt: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      }),
    alarm(ms, ring) {
      const wake = () => {
        sleepers.delete(sleeper)
        ring()
      }
      const sleeper: Sleeper = { dueAt: now + ms, wake }
      sleepers.add(sleeper)
      return () => void sleepers.delete(sleeper)
    },
    advance,
    leap,
    async stride(ms) {
      for (let left = ms; left > 0; left -= strideMs) await leap(Math.min(left, strideMs))
    },
    get pending() {
      return sleepers.size
    },
  }
}
