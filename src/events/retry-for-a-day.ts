/** The retry of failed work for a day, at growing intervals. Pure. */
import { dayMs, minuteMs, secondMs } from '../clock'
import { reasonOf } from '../errors'
import { backoffMs, type Random } from '../retry'
import type { EventRecord, Settlement } from '../store/event-record'

const backoff = { firstMs: 2 * secondMs, ceilingMs: 5 * minuteMs }

/**
 * How a failed try ends: pending until the next one, dead after a day.
 *
 * @param leastMs no sooner than this, where asking in between would only cost calls
 */
export const retryForADay = (
  { receivedAt, attempts }: Pick<EventRecord, 'receivedAt' | 'attempts'>,
  error: unknown,
  now: number,
  random: Random,
  leastMs = 0,
): Exclude<Settlement, { status: 'done' }> => {
  const lastError = reasonOf(error)
  if (now - receivedAt > dayMs) return { status: 'dead', lastError }
  const waitMs = Math.max(backoffMs(attempts + 1, backoff, random), leastMs)
  return { status: 'pending', lastError, nextAttemptAt: now + waitMs }
}
