/**
 * Retention, the removal of what is no longer needed: settled events after their days, identities
 * when no repeat can come, audit entries after theirs, with them the API keys that had ended by
 * then, and what is had once when it has expired. Facts stay, but for those that come hourly and
 * tell nothing after a year. A clock that is wrong would make all of them old at once: nothing goes
 * while it isn't confirmed.
 */
import { type Clock, dayMs, hourMs, secondMs } from '../clock'
import type { Logger } from '../log'
import type { ApiKeys } from '../store/api-keys'
import type { AuditLog } from '../store/audit-log'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { OnceValues } from '../store/once-values'
import type { ClockCheck } from '../wecom/clock-check'
import type { OwnEventType } from './own-events'
import type { DoWhenDue } from './shared-work'

/** Identities are remembered this long where callbacks of any age are taken. */
const withoutMaxAgeMs = 7 * dayMs

/** A use of the previous pair comes hourly as long as WeCom uses it; its history serves nobody. */
const hourlyFacts: readonly OwnEventType[] = ['suited.previous_pair_used']
const hourlyFactsKeptMs = 365 * dayMs

const everyMs = hourMs

/** Purges when it is called, but no more often than once an hour over all processes. */
export const createPurge = (parts: {
  eventLog: Pick<EventLog, 'purge'>
  facts: Pick<Facts, 'purgeFacts'>
  auditLog: Pick<AuditLog, 'purgeAudit'>
  apiKeys: Pick<ApiKeys, 'purgeKeys'>
  onceValues: Pick<OnceValues, 'purgeOnce'>
  clockCheck: Pick<ClockCheck, 'agrees'>
  doWhenDue: DoWhenDue
  clock: Clock
  log: Logger
  retentionDays: number
  auditRetentionDays: number
  /** The callbacks' max age; 0 = off. */
  maxAgeSeconds: number
}): (() => Promise<void>) => {
  const { eventLog, facts, auditLog, apiKeys, onceValues, clockCheck, doWhenDue } = parts
  const { clock, log, retentionDays, auditRetentionDays, maxAgeSeconds } = parts
  const rememberedMs = maxAgeSeconds > 0 ? 2 * maxAgeSeconds * secondMs : withoutMaxAgeMs

  const purge = async (): Promise<boolean> => {
    const now = clock.now()
    await onceValues.purgeOnce()
    const purged = await eventLog.purge({
      settledBefore: now - retentionDays * dayMs,
      identitiesBefore: now - rememberedMs,
      purgeAtBefore: now,
    })
    await facts.purgeFacts(hourlyFacts, now - hourlyFactsKeptMs)
    const auditedBefore = now - auditRetentionDays * dayMs
    const forgotten = await auditLog.purgeAudit(auditedBefore)
    const keys = await apiKeys.purgeKeys(auditedBefore)
    if (purged > 0) log.info('settled events were purged', { purged })
    if (forgotten > 0) log.info('audit entries were purged', { purged: forgotten })
    if (keys > 0) log.info('API keys that ended long ago were forgotten', { keys })
    return true
  }

  return async () => {
    if (clockCheck.agrees()) await doWhenDue('purge', everyMs, purge)
  }
}
