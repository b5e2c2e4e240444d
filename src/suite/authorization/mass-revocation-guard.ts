/**
 * The guard against revoking many companies at once: while too many of a suite are suspected, none
 * is revoked, and those that were a few minutes ago are taken back.
 */
import type { Clock } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Store } from '../../store/store'
import type { SuspectedCorps } from '../../store/watch/suspected-corps'
import { counted } from '../../wording'
import type { CorpStatusCheck } from './corp-status'
import { guardWindowMs, isMassRevocation } from './mass-revocation'

/** To be called by one process at a time, but for the warnings. */
export interface MassRevocationGuard {
  /** Whether the suspected companies of a suite are too many to be revoked. */
  forbids(suiteId: string): Promise<boolean>
  /**
   * Takes back whom the last minutes revoked: they are suspected again. Tells the operator once.
   */
  engage(suiteId: string): Promise<void>
  /** Ends the guard of the suites in which nobody is suspected any more. */
  release(): Promise<void>
  /** Reads what there is to warn of. */
  lookForWarnings(): Promise<void>
  /** What the operator should know, as of the last look; empty as a rule. */
  warnings(): string[]
}

export const createMassRevocationGuard = (parts: {
  suspectedCorps: Pick<
    SuspectedCorps,
    | 'suspectCorp'
    | 'forgetSuspected'
    | 'countSuspected'
    | 'listGivenUp'
    | 'raiseRevocationAlarm'
    | 'endRevocationAlarm'
    | 'listRevocationAlarms'
  >
  store: Pick<Store, 'countCorps' | 'loadCorp'>
  corpStatusCheck: Pick<CorpStatusCheck, 'set'>
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
}): MassRevocationGuard => {
  const { suspectedCorps, store, corpStatusCheck, ownEvents, clock, log } = parts
  let warnings: string[] = []

  const revokedLately = (suiteId: string): Promise<string[]> =>
    suspectedCorps.listGivenUp(suiteId, clock.now() - guardWindowMs)

  const takeBack = async (suiteId: string, corpid: string): Promise<void> => {
    const record = await store.loadCorp(suiteId, corpid)
    if (record === null || record.status === 'cancelled') {
      return suspectedCorps.forgetSuspected(suiteId, corpid)
    }
    // One that is not revoked yet is about to be, by a process that was paused or died over it.
    if (record.status === 'invalid') await corpStatusCheck.set(record, 'authorized', null)
    const since = clock.now()
    await suspectedCorps.suspectCorp({ suiteId, corpid, since, confirmAt: since + guardWindowMs })
  }

  const warningOf = async (suiteId: string): Promise<string> => {
    const companies = counted(await suspectedCorps.countSuspected(suiteId), 'company', 'companies')
    return `WeCom calls the authorisations of ${companies} of ${suiteId} gone: too many at once to be true. None is given up; POST /api/corps/{corpid}/recheck settles a single one.`
  }

  return {
    async forbids(suiteId) {
      const { authorized, suspended } = await store.countCorps(suiteId)
      const revoked = (await revokedLately(suiteId)).length
      const suspected = await suspectedCorps.countSuspected(suiteId)
      return isMassRevocation(revoked + suspected, authorized + suspended + revoked)
    },

    async engage(suiteId) {
      for (const corpid of await revokedLately(suiteId)) await takeBack(suiteId, corpid)
      if (!(await suspectedCorps.raiseRevocationAlarm(suiteId, clock.now()))) return
      const refused = await suspectedCorps.countSuspected(suiteId)
      log.error('WeCom refuses many companies at once: none is given up', {
        suiteId,
        refused,
        cure: 'Look at the suite in WeCom’s console. POST /api/corps/{corpid}/recheck settles a single company.',
      })
      await ownEvents.add('suited.mass_refusal', suiteId, null, { refused })
    },

    async release() {
      for (const suiteId of await suspectedCorps.listRevocationAlarms()) {
        if ((await suspectedCorps.countSuspected(suiteId)) > 0) continue
        if (await suspectedCorps.endRevocationAlarm(suiteId)) {
          log.info('the refusals of many companies are settled', { suiteId })
        }
      }
    },

    async lookForWarnings() {
      const suiteIds = await suspectedCorps.listRevocationAlarms()
      warnings = await Promise.all(suiteIds.map(warningOf))
    },

    warnings: () => warnings,
  }
}
