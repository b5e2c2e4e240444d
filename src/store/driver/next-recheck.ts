/** When a company that isn't served is rechecked next. No I/O. No clock. */
import type { CorpStatus } from '../store'
import { recheckEveryMs } from '../watch/corp-visits'

/**
 * Whole periods after the status changed, the first one behind `now`: neither a restart nor many of
 * one moment upset that. Null if companies of this status are not rechecked.
 *
 * @param statusAt when the status changed, epoch milliseconds as all here
 */
export const nextRecheckAt = (status: CorpStatus, statusAt: number, now: number): number | null => {
  const periodMs = recheckEveryMs[status]
  if (periodMs === undefined) return null
  return statusAt + periodMs * (Math.floor((now - statusAt) / periodMs) + 1)
}
