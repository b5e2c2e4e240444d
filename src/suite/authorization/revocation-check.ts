/**
 * Authorisations that WeCom called gone. One refusal is a doubt; it is confirmed once, a minute
 * later and with a fresh suite token, before a company is given up. Many at once never are: then
 * the fault is ours or WeCom's.
 */
import { type Clock, hourMs, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Journal } from '../../events/own-events'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { Store } from '../../store/store'
import { refusesCode, verdictOf } from '../../wecom/api/authorization-verdict'
import { counted } from '../../wording'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { CorpStatusCheck } from './corp-status'
import { guardWindowMs, tooMany } from './mass-revocation'
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

/** Entries of the journal that were noted here, not by an operator's recheck. */
const wasConfirmed = (body: string): boolean => {
  const facts: unknown = JSON.parse(body || '{}')
  return typeof facts === 'object' && facts !== null && 'confirmed' in facts
}

export const createRevocationCheck = (parts: {
  suspected: SuspectedCorps
  suites: Suites
  store: Pick<Store, 'countCorps'>
  eventLog: Pick<EventLog, 'list'>
  corps: Corps
  tokens: Tokens
  corpStatusCheck: CorpStatusCheck
  journal: Journal
  clock: Clock
  log: Logger
}): RevocationCheck => {
  const {
    suspected,
    suites,
    store,
    eventLog,
    corps,
    tokens,
    corpStatusCheck,
    journal,
    clock,
    log,
  } = parts
  const { recentRevocations, alarmed } = suspected
  // About a company of a suite that is gone WeCom can't be asked.
  suspected.keepSuites((suiteId) => suites.byId(suiteId) !== null)

  /** Whom a process before this one gave up counts as well. */
  const recall = async (): Promise<void> => {
    const since = clock.now() - guardWindowMs
    let cursor: string | null = null
    do {
      const page = await eventLog.list({
        type: 'suited.corp_invalid',
        limit: 200,
        ...(cursor !== null && { cursor }),
      })
      for (const { suiteId, corpid, receivedAt, body } of page.items) {
        if (receivedAt <= since) return
        if (suiteId && corpid && wasConfirmed(body))
          recentRevocations.add(suiteId, corpid, receivedAt)
      }
      cursor = page.next
    } while (cursor !== null)
  }

  const suspend = async (suiteId: string, corpid: string, reason: string): Promise<void> => {
    const record = await corps.find(suiteId, corpid)
    if (record?.status === 'authorized') await corpStatusCheck.set(record, 'suspended', reason)
  }

  /** Whoever was given up before the alarm went is taken back, and stays in doubt. */
  const raiseAlarm = async (suiteId: string): Promise<void> => {
    for (const corpid of recentRevocations.lately(suiteId, clock.now())) {
      const record = await corps.find(suiteId, corpid)
      if (record?.status === 'invalid') {
        await corpStatusCheck.set(record, 'authorized', null)
        suspected.add(suiteId, corpid, clock.now(), guardWindowMs)
      }
      recentRevocations.remove(suiteId, corpid)
    }
    if (alarmed.has(suiteId)) return
    alarmed.add(suiteId)
    const refused = suspected.of(suiteId).length
    log.error('WeCom refuses many companies at once: none is given up', {
      suiteId,
      refused,
      cure: 'Look at the suite in WeCom’s console. POST /api/corps/{corpid}/recheck settles a single company.',
    })
    await journal.note('suited.mass_refusal', suiteId, null, { refused })
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
    const { authorized, suspended } = await store.countCorps(suiteId)
    const gone = recentRevocations.lately(suiteId, now).length
    if (tooMany(gone + suspected.of(suiteId).length, authorized + suspended + gone)) {
      one.confirmAt = now + guardWindowMs
      return raiseAlarm(suiteId)
    }
    suspected.remove(suiteId, corpid)
    recentRevocations.add(suiteId, corpid, now)
    await corpStatusCheck.set(record, 'invalid', answer.reason, { confirmed: true })
  }

  const endAlarms = (): void => {
    for (const suiteId of alarmed) {
      if (suspected.of(suiteId).length > 0) continue
      alarmed.delete(suiteId)
      log.info('the refusals of many companies are settled', { suiteId })
    }
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

  return {
    suspect,

    warnings: () =>
      [...alarmed].map(
        (suiteId) =>
          `WeCom calls the authorisations of ${counted(suspected.of(suiteId).length, 'company', 'companies')} of ${suiteId} gone: too many at once to be true. None is given up; POST /api/corps/{corpid}/recheck settles a single one.`,
      ),

    noteRefusal(suiteId, corpid, failure) {
      const word = verdictOf(failure)
      const reason = reasonOf(failure)
      if (word === 'gone' || refusesCode(failure)) suspect(suiteId, corpid, reason)
      if (word !== 'suspended') return
      suspected.remove(suiteId, corpid)
      suspend(suiteId, corpid, reason).catch((error) =>
        log.error('a status could not be written', { suiteId, corpid, reason: reasonOf(error) }),
      )
    },

    async confirmDue() {
      const due = suspected.due(clock.now())
      if (due.length > 0) {
        suspected.recalled ??= recall()
        await suspected.recalled.catch((error) => {
          suspected.recalled = null
          throw error
        })
      }
      for (const one of due) {
        await confirm(one).catch((error) => {
          // Repeated wrong secrets get our address blocked.
          if (refusesCode(error)) one.confirmAt = clock.now() + hourMs
          log.info('a doubt could not be settled yet', {
            suiteId: one.suiteId,
            corpid: one.corpid,
            reason: reasonOf(error),
          })
        })
      }
      endAlarms()
    },
  }
}
