/**
 * The check of suspected revocations. One refusal makes a company suspected; WeCom is asked again a
 * minute later, with a fresh suite token, before the company becomes invalid.
 */
import { type Clock, hourMs, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Facts } from '../../store/facts'
import type { Store } from '../../store/store'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { CorpStatusCheck } from './corp-status'
import { guardWindowMs } from './mass-revocation'
import { createMassRevocationGuard } from './mass-revocation-guard'
import { readRecentRevocations } from './recent-revocations'
import type { SuspectedCorp, SuspectedCorps } from './suspected-corps'

export interface RevocationCheck {
  /** WeCom refused a call of ours about this company. */
  noteRefusal(suiteId: string, corpid: string, failure: unknown): void
  /** WeCom calls this company gone: that is confirmed in a minute. */
  suspect(suiteId: string, corpid: string, reason: string | null): void
  /** Confirms those that are due. */
  confirmDue(): Promise<void>
  /** What the operator should know; empty as a rule. */
  warnings(): string[]
}

const confirmAfterMs = minuteMs

export const createRevocationCheck = (parts: {
  suspected: SuspectedCorps
  suites: Suites
  store: Pick<Store, 'countCorps'>
  facts: Pick<Facts, 'listFacts'>
  corps: Corps
  tokens: Tokens
  corpStatusCheck: CorpStatusCheck
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
}): RevocationCheck => {
  const { suspected, suites, store, facts, corps, tokens, corpStatusCheck } = parts
  const { ownEvents, clock, log } = parts
  const { recentRevocations } = suspected
  const guard = createMassRevocationGuard({
    suspected,
    store,
    corps,
    corpStatusCheck,
    ownEvents,
    clock,
    log,
  })
  // About a company of a suite that is gone WeCom can't be asked, and not where suited only
  // observes.
  suspected.retainSuites((suiteId) => suites.byId(suiteId) !== null && !suites.observes(suiteId))

  const suspend = async (suiteId: string, corpid: string, reason: string): Promise<void> => {
    const record = await corps.find(suiteId, corpid)
    if (record?.status === 'authorized') await corpStatusCheck.set(record, 'suspended', reason)
  }

  const suspect: RevocationCheck['suspect'] = (suiteId, corpid, reason) => {
    if (suspected.has(suiteId, corpid)) return
    suspected.add(suiteId, corpid, clock.now(), confirmAfterMs)
    log.warn('WeCom calls an authorisation gone; it is asked again in a minute', {
      suiteId,
      corpid,
      reason,
    })
  }

  const confirm = async (one: SuspectedCorp): Promise<void> => {
    const { suiteId, corpid, since } = one
    one.confirmAt = clock.now() + confirmAfterMs
    const record = await corps.find(suiteId, corpid)
    if (record?.status !== 'authorized' && record?.status !== 'suspended') {
      suspected.remove(suiteId, corpid)
      return
    }
    await tokens.getFresh(suiteTokenKey(suiteId), since)
    const answer = await corpStatusCheck.ask(record)
    if (answer.verdict !== 'gone') {
      suspected.remove(suiteId, corpid)
      await corpStatusCheck.apply(record, answer)
      return
    }
    const now = clock.now()
    if (await guard.forbids(suiteId)) {
      one.confirmAt = now + guardWindowMs
      return guard.engage(suiteId)
    }
    suspected.remove(suiteId, corpid)
    recentRevocations.add(suiteId, corpid, now)
    await corpStatusCheck.set(record, 'invalid', answer.reason, { confirmed: true })
  }

  const readRecentOnce = async (): Promise<void> => {
    suspected.recentRevocationsRead ??= readRecentRevocations({
      recent: recentRevocations,
      facts,
      clock,
    })
    await suspected.recentRevocationsRead.catch((error) => {
      suspected.recentRevocationsRead = null
      throw error
    })
  }

  return {
    suspect,
    warnings: guard.warnings,

    noteRefusal(suiteId, corpid, failure) {
      const verdict = verdictOf(failure)
      const reason = reasonOf(failure)
      if (verdict === 'gone' || refusesCode(failure)) suspect(suiteId, corpid, reason)
      if (verdict !== 'suspended') return
      suspected.remove(suiteId, corpid)
      suspend(suiteId, corpid, reason).catch((error) =>
        log.error('a status could not be written', { suiteId, corpid, reason: reasonOf(error) }),
      )
    },

    async confirmDue() {
      const due = suspected.due(clock.now())
      if (due.length > 0) await readRecentOnce()
      for (const one of due) {
        await confirm(one).catch((error) => {
          // Repeated wrong secrets get our address blocked.
          if (refusesCode(error)) one.confirmAt = clock.now() + hourMs
          log.info('a suspected revocation could not be checked yet', {
            suiteId: one.suiteId,
            corpid: one.corpid,
            reason: reasonOf(error),
          })
        })
      }
      guard.release()
    },
  }
}
