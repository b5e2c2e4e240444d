/**
 * Forgetting what has served: settled events after their days, identities when no repeat can come.
 * A clock that is wrong would make all of them old at once: nothing goes while it isn't confirmed.
 */
import { type Clock, dayMs, hourMs, secondMs } from '../clock'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import type { ClockCheck } from '../wecom/clock-check'

/** Identities are remembered this long where callbacks of any age are taken. */
const withoutMaxAgeMs = 7 * dayMs

const everyMs = hourMs

/** Purges when it is called, but no more often than once an hour. */
export const createPurge = (parts: {
  eventLog: Pick<EventLog, 'purge'>
  clockCheck: Pick<ClockCheck, 'agrees'>
  clock: Clock
  log: Logger
  retentionDays: number
  /** The callbacks' max age; 0 = off. */
  maxAgeSeconds: number
}): (() => Promise<void>) => {
  const { eventLog, clockCheck, clock, log, retentionDays, maxAgeSeconds } = parts
  const rememberedMs = maxAgeSeconds > 0 ? 2 * maxAgeSeconds * secondMs : withoutMaxAgeMs
  let purgedAt: number | null = null

  return async () => {
    const now = clock.now()
    const isRecent = purgedAt !== null && now >= purgedAt && now - purgedAt < everyMs
    if (isRecent || !clockCheck.agrees()) return
    const purged = await eventLog.purge({
      settledBefore: now - retentionDays * dayMs,
      identitiesBefore: now - rememberedMs,
    })
    purgedAt = now
    if (purged > 0) log.info('settled events were purged', { purged })
  }
}
