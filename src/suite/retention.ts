/** Forgetting what has served: settled events after their days, identities when no repeat can come. */
import { type Clock, dayMs, secondMs } from '../clock'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'

/** Identities are remembered this long where callbacks of any age are taken. */
const withoutMaxAgeMs = 7 * dayMs

export const createPurge =
  (parts: {
    eventLog: Pick<EventLog, 'purge'>
    clock: Clock
    log: Logger
    retentionDays: number
    /** The callbacks' max age; 0 = off. */
    maxAgeSeconds: number
  }): (() => Promise<void>) =>
  async () => {
    const { eventLog, clock, log, retentionDays, maxAgeSeconds } = parts
    const now = clock.now()
    const rememberedMs = maxAgeSeconds > 0 ? 2 * maxAgeSeconds * secondMs : withoutMaxAgeMs
    const purged = await eventLog.purge(now - retentionDays * dayMs, now - rememberedMs)
    if (purged > 0) log.info('settled events were purged', { purged })
  }
