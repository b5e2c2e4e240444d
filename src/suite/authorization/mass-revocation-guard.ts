/**
 * The guard against revoking many companies at once: while too many of a suite are suspected, none
 * is revoked, and those that were a few minutes ago are taken back.
 */
import type { Clock } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Store } from '../../store/store'
import { counted } from '../../wording'
import type { Corps } from '../corps'
import type { CorpStatusCheck } from './corp-status'
import { guardWindowMs, isMassRevocation } from './mass-revocation'
import type { SuspectedCorps } from './suspected-corps'

export interface MassRevocationGuard {
  /** Whether the suspected companies of a suite are too many to be revoked. */
  forbids(suiteId: string): Promise<boolean>
  /**
   * Takes back whom the last minutes revoked: they are suspected again. Tells the operator once.
   */
  engage(suiteId: string): Promise<void>
  /** Ends the guard of the suites in which nobody is suspected any more. */
  release(): void
  /** What the operator should know; empty as a rule. */
  warnings(): string[]
}

export const createMassRevocationGuard = (parts: {
  suspected: SuspectedCorps
  store: Pick<Store, 'countCorps'>
  corps: Pick<Corps, 'find'>
  corpStatusCheck: Pick<CorpStatusCheck, 'set'>
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
}): MassRevocationGuard => {
  const { suspected, store, corps, corpStatusCheck, ownEvents, clock, log } = parts
  const { recentRevocations, guardedSuites } = suspected

  const takeBack = async (suiteId: string, corpid: string): Promise<void> => {
    const record = await corps.find(suiteId, corpid)
    if (record?.status === 'invalid') {
      await corpStatusCheck.set(record, 'authorized', null)
      suspected.add(suiteId, corpid, clock.now(), guardWindowMs)
    }
    recentRevocations.remove(suiteId, corpid)
  }

  return {
    async forbids(suiteId) {
      const now = clock.now()
      const { authorized, suspended } = await store.countCorps(suiteId)
      const revoked = recentRevocations.of(suiteId, now).length
      return isMassRevocation(
        revoked + suspected.of(suiteId).length,
        authorized + suspended + revoked,
      )
    },

    async engage(suiteId) {
      for (const corpid of recentRevocations.of(suiteId, clock.now())) {
        await takeBack(suiteId, corpid)
      }
      if (guardedSuites.has(suiteId)) return
      guardedSuites.add(suiteId)
      const refused = suspected.of(suiteId).length
      log.error('WeCom refuses many companies at once: none is given up', {
        suiteId,
        refused,
        cure: 'Look at the suite in WeCom’s console. POST /api/corps/{corpid}/recheck settles a single company.',
      })
      await ownEvents.add('suited.mass_refusal', suiteId, null, { refused })
    },

    release() {
      for (const suiteId of guardedSuites) {
        if (suspected.of(suiteId).length > 0) continue
        guardedSuites.delete(suiteId)
        log.info('the refusals of many companies are settled', { suiteId })
      }
    },

    warnings: () =>
      [...guardedSuites].map(
        (suiteId) =>
          `WeCom calls the authorisations of ${counted(suspected.of(suiteId).length, 'company', 'companies')} of ${suiteId} gone: too many at once to be true. None is given up; POST /api/corps/{corpid}/recheck settles a single one.`,
      ),
  }
}
