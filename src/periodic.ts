/** Work that is done again and again in the background, each piece under its name and at its own pace. */
import type { Clock } from './clock'
import { reasonOf } from './errors'
import type { Logger } from './log'

/** How a piece of work stands. Times are epoch milliseconds. */
export interface Job {
  readonly name: string
  /** From the end of one round to the begin of the next, in milliseconds. */
  readonly everyMs: number
  readonly startedAt: number
  /** When the round under way began; null between two. */
  readonly underWaySince: number | null
  readonly lastSuccessAt: number | null
  readonly lastFailureAt: number | null
  /** Of the last failure, if none succeeded since. */
  readonly lastError: string | null
}

export interface Rounds {
  /**
   * Begins a round at once and another one `ms` after each has ended. Of failures in a row the
   * first is logged as an error.
   *
   * @param name what is done, for operators: `purging old events`
   * @param turn gets a signal that aborts at `stop`, for what it leaves behind to go on
   */
  every(name: string, ms: number, turn: (stopping: AbortSignal) => unknown): void
  /** How each piece stands, in the order in which they were begun. */
  list(): readonly Job[]
  /** Begins no more and resolves when those under way have ended. */
  stop(): Promise<void>
}

type Turn = (stopping: AbortSignal) => unknown

export const createRounds = ({ clock, log }: { clock: Clock; log: Logger }): Rounds => {
  const stopping = new AbortController()
  const running: Promise<void>[] = []
  const jobs: { -readonly [Name in keyof Job]: Job[Name] }[] = []

  const once = async (job: (typeof jobs)[number], turn: Turn): Promise<void> => {
    const { name } = job
    job.underWaySince = clock.now()
    try {
      await turn(stopping.signal)
      if (job.lastError !== null) log.info('a regular task succeeds again', { task: name })
      job.lastSuccessAt = clock.now()
      job.lastError = null
    } catch (error) {
      const reason = reasonOf(error)
      if (job.lastError === null) log.error('a regular task failed', { task: name, reason })
      else log.debug('a regular task failed again', { task: name, reason })
      job.lastFailureAt = clock.now()
      job.lastError = reason
    } finally {
      job.underWaySince = null
    }
  }

  const run = async (job: (typeof jobs)[number], turn: Turn): Promise<void> => {
    while (!stopping.signal.aborted) {
      await once(job, turn)
      await clock.sleep(job.everyMs, stopping.signal)
    }
  }

  return {
    every(name, everyMs, turn) {
      const job = {
        name,
        everyMs,
        startedAt: clock.now(),
        underWaySince: null,
        lastSuccessAt: null,
        lastFailureAt: null,
        lastError: null,
      }
      jobs.push(job)
      running.push(run(job, turn))
    },
    list: () => jobs.map((job) => ({ ...job })),
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
