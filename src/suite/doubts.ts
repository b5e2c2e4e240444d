/**
 * Authorisations that WeCom called gone. One refusal is a doubt; it is confirmed once, a minute
 * later and with a fresh suite token, before a company is given up. Many at once never are: then
 * the fault is ours or WeCom's.
 */
import { type Clock, minuteMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Store } from '../store/store'
import type { Companies } from './companies'
import type { Journal } from './journal'
import { createMassAlarm } from './mass-alarm'
import { type Standing, wordOf } from './standing'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

export interface Doubts {
  /** WeCom refused a call of ours about this company. */
  notice(suiteId: string, corpid: string, failure: unknown): void
  /** Confirms those that are due. */
  confirmDue(): Promise<void>
}

interface Doubt {
  readonly suiteId: string
  readonly corpid: string
  readonly since: number
  confirmAt: number
}

const confirmAfterMs = minuteMs
const whileManyMs = 10 * minuteMs

export const createDoubts = (parts: {
  store: Pick<Store, 'countCorps'>
  companies: Companies
  tokens: Tokens
  standing: Standing
  journal: Journal
  clock: Clock
  log: Logger
}): Doubts => {
  const { store, companies, tokens, standing, journal, clock, log } = parts
  const doubts = new Map<string, Doubt>()
  const alarm = createMassAlarm()
  let alarmed = false

  const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

  const suspend = async (suiteId: string, corpid: string, reason: string): Promise<void> => {
    const record = await companies.find(suiteId, corpid)
    if (record?.status === 'authorized') await standing.become(record, 'suspended', reason)
  }

  /** Whoever was given up before the alarm went is taken back. */
  const raiseAlarm = async (suiteId: string, refused: readonly string[]): Promise<void> => {
    for (const name of refused) {
      const [ownSuite = '', corpid = ''] = name.split(' ')
      const record = await companies.find(ownSuite, corpid)
      if (record?.status === 'invalid') await standing.become(record, 'authorized', null)
    }
    if (alarmed) return
    alarmed = true
    log.error('WeCom refuses many companies at once: none is given up', {
      suiteId,
      refused: refused.length,
      cure: 'Look at the suite in WeCom’s console. POST /api/corps/{corpid}/recheck settles a single company.',
    })
    await journal.note('suited.mass_refusal', suiteId, null, { refused: refused.length })
  }

  const confirm = async (doubt: Doubt): Promise<void> => {
    const { suiteId, corpid, since } = doubt
    const name = nameOf(suiteId, corpid)
    const record = await companies.find(suiteId, corpid)
    if (record?.status !== 'authorized') {
      doubts.delete(name)
      return
    }
    doubt.confirmAt = clock.now() + confirmAfterMs
    const token = await tokens.get(suiteTokenKey(suiteId))
    if (token.fetchedAt < since) await tokens.replace(suiteTokenKey(suiteId), token.value)
    const { word, reason } = await standing.ask(record)
    if (word !== 'gone') {
      doubts.delete(name)
      alarm.clear(name)
      await standing.become(record, word === 'served' ? 'authorized' : 'suspended', reason)
      return
    }
    const now = clock.now()
    const { authorized } = await store.countCorps(suiteId)
    if (alarm.suspect(name, now, authorized) === 'many') {
      doubt.confirmAt = now + whileManyMs
      return raiseAlarm(suiteId, alarm.suspects(now))
    }
    doubts.delete(name)
    await standing.become(record, 'invalid', reason)
  }

  return {
    notice(suiteId, corpid, failure) {
      const word = wordOf(failure)
      const name = nameOf(suiteId, corpid)
      const reason = reasonOf(failure)
      if (word === 'suspended') {
        suspend(suiteId, corpid, reason).catch((error) =>
          log.error('a status could not be written', { suiteId, corpid, reason: reasonOf(error) }),
        )
      }
      if (word !== 'gone' || doubts.has(name)) return
      const since = clock.now()
      doubts.set(name, { suiteId, corpid, since, confirmAt: since + confirmAfterMs })
      alarm.suspect(name, since, Number.POSITIVE_INFINITY)
      log.warn('WeCom calls an authorisation gone; it is asked again in a minute', {
        suiteId,
        corpid,
        reason,
      })
    },

    async confirmDue() {
      const now = clock.now()
      for (const doubt of [...doubts.values()]) {
        if (doubt.confirmAt > now) continue
        await confirm(doubt).catch((error) =>
          log.info('a doubt could not be settled yet', {
            suiteId: doubt.suiteId,
            corpid: doubt.corpid,
            reason: reasonOf(error),
          }),
        )
      }
      if (alarm.suspects(now).length === 0) alarmed = false
    },
  }
}
