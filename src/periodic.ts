/** Jobs that are run again and again in the background, each under its name and at its own pace. */
import type { Clock } from './clock'
import { reasonOf } from './errors'
import type { Logger } from './log'

/** What is remembered of a job, whoever runs it next. Times are epoch milliseconds. */
export interface JobHistory {
  /** When it was first begun. */
  readonly startedAt: number
  lastSuccessAt: number | null
  /** Why the last run failed; null if it succeeded. */
  lastError: string | null
  lastErrorAt: number | null
  /** How long the last run took; null before it. */
  durationMs: number | null
}

/** The histories of all jobs that a process had, by name. */
export type JobHistories = Map<string, JobHistory>

/** How a job stands. */
export interface Job extends Readonly<JobHistory> {
  readonly name: string
  /** From the end of one run to the begin of the next, in milliseconds. */
  readonly everyMs: number
  /** When the run under way began; null between two. Epoch milliseconds. */
  readonly underWaySince: number | null
}

type Run = (stopping: AbortSignal) => unknown

export interface PeriodicJobs {
  /**
   * Runs a job at once and again `everyMs` after each run has ended. Of failures in a row the first
   * is logged as an error.
   *
   * @param name what is done, for operators: `purging old events`
   * @param run gets a signal that aborts at `stop`, for what it leaves behind to go on
   */
  start(name: string, everyMs: number, run: Run): void
  /** How each job stands, in the order in which they were started. */
  list(): readonly Job[]
  /** Begins no more runs and resolves when those under way have ended. */
  stop(): Promise<void>
}

interface RunningJob {
  readonly name: string
  readonly everyMs: number
  underWaySince: number | null
  readonly history: JobHistory
}

/** @param histories of the jobs that this process had before; what happens now is kept there */
export const createPeriodicJobs = (parts: {
  histories: JobHistories
  clock: Clock
  log: Logger
}): PeriodicJobs => {
  const { histories, clock, log } = parts
  const stopping = new AbortController()
  const running: Promise<void>[] = []
  const jobs: RunningJob[] = []

  const historyOf = (name: string): JobHistory => {
    const known = histories.get(name)
    if (known) return known
    const history: JobHistory = {
      startedAt: clock.now(),
      lastSuccessAt: null,
      lastError: null,
      lastErrorAt: null,
      durationMs: null,
    }
    histories.set(name, history)
    return history
  }

  const runOnce = async (job: RunningJob, run: Run): Promise<void> => {
    const { name, history } = job
    const began = clock.now()
    job.underWaySince = began
    try {
      await run(stopping.signal)
      if (history.lastError !== null) {
        log.info('a periodic job succeeds again', { job: name, reason: history.lastError })
      }
      history.lastSuccessAt = clock.now()
      history.lastError = null
    } catch (error) {
      const reason = reasonOf(error)
      if (history.lastError === null) log.error('a periodic job failed', { job: name, reason })
      else log.debug('a periodic job failed again', { job: name, reason })
      history.lastErrorAt = clock.now()
      history.lastError = reason
    } finally {
      history.durationMs = clock.now() - began
      job.underWaySince = null
    }
  }

  const runAgainAndAgain = async (job: RunningJob, run: Run): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runOnce(job, run)
      await clock.sleep(job.everyMs, stopping.signal)
    }
  }

  return {
    start(name, everyMs, run) {
      const job: RunningJob = { name, everyMs, underWaySince: null, history: historyOf(name) }
      jobs.push(job)
      running.push(runAgainAndAgain(job, run))
    },
    list: () =>
      jobs.map(({ history, name, everyMs, underWaySince }) => ({
        ...history,
        name,
        everyMs,
        underWaySince,
      })),
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
