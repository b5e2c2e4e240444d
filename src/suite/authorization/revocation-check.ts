/**
 * The check of suspected revocations. One refusal makes a company suspected; WeCom is asked again a
 * minute later, with a fresh suite token, before the company becomes invalid. One process at a time
 * confirms, whoever saw the refusals, and gives up companies under its lease alone.
 */
import { type Clock, hourMs, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Lease } from '../../store/lease'
import type { Store } from '../../store/store'
import type { SuspectedCorp, SuspectedCorps } from '../../store/watch/suspected-corps'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import type { Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { CorpStatusCheck } from './corp-status'
import { guardWindowMs } from './mass-revocation'
import { createMassRevocationGuard } from './mass-revocation-guard'

export interface RevocationCheck {
  /** WeCom refused a call of ours about this company. */
  noteRefusal(suiteId: string, corpid: string, failure: unknown): void
  /** WeCom calls this company gone: that is confirmed in a minute. */
  suspect(suiteId: string, corpid: string, reason: string | null): Promise<void>
  /** Confirms those that are due, unless another process does. */
  confirmDue(): Promise<void>
  /** What the operator should know; empty as a rule. */
  warnings(): string[]
}

const confirmAfterMs = minuteMs
/** Longer than WeCom takes to answer about one company. */
const leaseMs = 2 * minuteMs
const readAtOnce = 50

export const createRevocationCheck = (parts: {
  suspectedCorps: SuspectedCorps
  suites: Pick<Suites, 'byId' | 'observes'>
  store: Pick<Store, 'countCorps' | 'loadCorp' | 'acquireLease'>
  tokens: Pick<Tokens, 'getFresh'>
  corpStatusCheck: CorpStatusCheck
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
}): RevocationCheck => {
  const { suspectedCorps, suites, store, tokens, corpStatusCheck, ownEvents, clock, log } = parts
  const guard = createMassRevocationGuard({
    suspectedCorps,
    store,
    corpStatusCheck,
    ownEvents,
    clock,
    log,
  })

  const suspend = async (suiteId: string, corpid: string, reason: string): Promise<void> => {
    await suspectedCorps.forgetSuspected(suiteId, corpid)
    const record = await store.loadCorp(suiteId, corpid)
    if (record?.status === 'authorized') await corpStatusCheck.set(record, 'suspended', reason)
  }

  const suspect: RevocationCheck['suspect'] = async (suiteId, corpid, reason) => {
    const since = clock.now()
    const corp = { suiteId, corpid, since, confirmAt: since + confirmAfterMs }
    if (!(await suspectedCorps.suspectCorp(corp))) return
    log.warn('WeCom calls an authorisation gone; it is asked again in a minute', {
      suiteId,
      corpid,
      reason,
    })
  }

  const giveUp = async (
    corp: SuspectedCorp,
    write: (confirmed: Readonly<Record<string, unknown>>) => Promise<unknown>,
  ): Promise<void> => {
    const { suiteId, corpid } = corp
    // First, so that it counts for the guard whatever comes in between.
    await suspectedCorps.giveUpSuspected(suiteId, corpid, clock.now())
    try {
      await write({ confirmed: true })
    } catch (error) {
      await suspectedCorps.suspectCorp({ ...corp, confirmAt: clock.now() + confirmAfterMs })
      throw error
    }
  }

  const confirm = async (corp: SuspectedCorp, lease: Lease): Promise<void> => {
    const { suiteId, corpid, since } = corp
    const record = await store.loadCorp(suiteId, corpid)
    const isServed = record?.status === 'authorized' || record?.status === 'suspended'
    // About a company of a suite that is gone WeCom can't be asked, and not where suited only
    // observes.
    if (!isServed || suites.byId(suiteId) === null || suites.observes(suiteId)) {
      return suspectedCorps.forgetSuspected(suiteId, corpid)
    }
    await tokens.getFresh(suiteTokenKey(suiteId), since)
    const answer = await corpStatusCheck.ask(record)
    if (answer.verdict !== 'gone') {
      await suspectedCorps.forgetSuspected(suiteId, corpid)
      await corpStatusCheck.apply(record, answer)
      return
    }
    if (await guard.forbids(suiteId)) {
      await suspectedCorps.confirmSuspectedAt(suiteId, corpid, clock.now() + guardWindowMs)
      return guard.engage(suiteId)
    }
    await giveUp(corp, (facts) =>
      corpStatusCheck.set(record, 'invalid', answer.reason, { facts, under: lease }),
    )
  }

  const tryToConfirm = async (corp: SuspectedCorp, lease: Lease): Promise<void> => {
    const { suiteId, corpid } = corp
    await suspectedCorps.confirmSuspectedAt(suiteId, corpid, clock.now() + confirmAfterMs)
    try {
      await confirm(corp, lease)
    } catch (error) {
      log.info('a suspected revocation could not be checked yet', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
      // Repeated wrong secrets get our address blocked.
      if (!refusesCode(error)) return
      await suspectedCorps.confirmSuspectedAt(suiteId, corpid, clock.now() + hourMs)
    }
  }

  const confirmAll = async (lease: Lease): Promise<void> => {
    for (;;) {
      const due = await suspectedCorps.listSuspectedDue(clock.now(), readAtOnce)
      if (due.length === 0) break
      for (const corp of due) {
        if (!(await lease.extend(leaseMs))) return
        await tryToConfirm(corp, lease)
      }
    }
    await guard.release()
  }

  const isAnythingDue = async (): Promise<boolean> => {
    const due = await suspectedCorps.listSuspectedDue(clock.now(), 1)
    return due.length > 0 || (await suspectedCorps.listRevocationAlarms()).length > 0
  }

  const takeIn = async (suiteId: string, corpid: string, failure: unknown): Promise<void> => {
    const verdict = verdictOf(failure)
    const reason = reasonOf(failure)
    if (verdict === 'gone' || refusesCode(failure)) await suspect(suiteId, corpid, reason)
    if (verdict === 'suspended') await suspend(suiteId, corpid, reason)
  }

  return {
    suspect,
    warnings: guard.warnings,

    noteRefusal(suiteId, corpid, failure) {
      takeIn(suiteId, corpid, failure).catch((error) =>
        log.error('a refusal could not be noted', { suiteId, corpid, reason: reasonOf(error) }),
      )
    },

    async confirmDue() {
      const lease = (await isAnythingDue())
        ? await store.acquireLease('revocations', leaseMs)
        : null
      if (lease) await confirmAll(lease).finally(lease.release)
      await guard.lookForWarnings()
    },
  }
}
