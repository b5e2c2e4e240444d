/** The state of periodic jobs for operators, and warnings of those that don't succeed. Pure. */
import { minuteMs } from '../../clock'
import type { Job } from '../../periodic'
import { inWords } from '../../wording'

const periodsWithoutSuccess = 3
/** A run may take its time: only one that is under way for much longer hangs. */
const hangsAfterMs = 10 * minuteMs

const warningOf = (job: Job, now: number): string[] => {
  const { name, everyMs, startedAt, underWaySince, lastSuccessAt, lastError } = job
  const withoutMs = now - (lastSuccessAt ?? startedAt)
  const patienceMs = periodsWithoutSuccess * everyMs
  if (lastError !== null && withoutMs >= patienceMs) {
    return [
      `Work in the background fails: ${name}, for ${inWords(withoutMs)}: ${lastError.replace(/\.$/, '')}. It goes on trying; mend what that names, and see the log.`,
    ]
  }
  if (underWaySince !== null && now - underWaySince >= Math.max(patienceMs, hangsAfterMs)) {
    return [
      `Work in the background hangs: ${name} has been under way for ${inWords(now - underWaySince)}. If that lasts, restart suited.`,
    ]
  }
  return []
}

/** One sentence for each job that has not succeeded for three of its periods, or that hangs. */
export const jobWarnings = (jobs: readonly Job[], now: number): string[] =>
  jobs.flatMap((job) => warningOf(job, now))

/** A job as `/api/status` shows it. Times are epoch milliseconds. */
export type JobStatus = Pick<
  Job,
  'name' | 'everyMs' | 'lastSuccessAt' | 'lastError' | 'lastErrorAt' | 'durationMs'
>

export const jobStatus = (job: Job): JobStatus => {
  const { name, everyMs, lastSuccessAt, lastError, lastErrorAt, durationMs } = job
  return { name, everyMs, lastSuccessAt, lastError, lastErrorAt, durationMs }
}
