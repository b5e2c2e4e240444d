/** The retry of work that could not read what a company granted: it is tried again for a day. */
import { type Clock, minuteMs } from '../../clock'
import { retryForADay } from '../../events/retry-for-a-day'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-record'
import { verdictOf } from '../../wecom/api/authorization-verdict'

export type RetryReading = (event: EventRecord, corpid: string, error: unknown) => Settlement

/**
 * Whether a refused authorisation is revoked is found out elsewhere; asking sooner would cost
 * calls.
 */
const untilVerdictMs = 5 * minuteMs

export const createRetryReading =
  (parts: {
    clock: Clock
    random: Random
    /** Told when WeCom refuses to tell of a company. */
    onRefused(suiteId: string, corpid: string, failure: unknown): void
  }): RetryReading =>
  (event, corpid, error) => {
    const { clock, random, onRefused } = parts
    if (event.suiteId) onRefused(event.suiteId, corpid, error)
    const leastMs = verdictOf(error) === null ? 0 : untilVerdictMs
    return { ...retryForADay(event, error, clock.now(), random, leastMs), corpid }
  }
