/** How a company stands with WeCom: asked, taken at its word, written down once. */
import type { Clock } from '../clock'
import { reasonOf, ServiceError } from '../errors'
import type { Logger } from '../log'
import type { CorpRecord, CorpStatus } from '../store/store'
import type { WecomCalls } from '../wecom/calls'
import { WecomFailure } from '../wecom/client'
import { reactionTo } from '../wecom/errcode'
import { type Companies, unauthorizedReason } from './companies'
import type { Journal, JournalType } from './journal'
import type { Suites } from './suites'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

/** What WeCom says of an authorisation. */
export type Word = 'served' | 'gone' | 'suspended'

export interface Standing {
  /**
   * Asks WeCom, and changes nothing.
   *
   * @throws {ServiceError} wecom_error, wecom_timeout; corp_not_authorized without permanent code
   */
  ask(record: CorpRecord): Promise<{ readonly word: Word; readonly reason: string | null }>
  /** Writes a status that differs from the one before, and says so once. */
  become(record: CorpRecord, status: CorpStatus, reason: string | null): Promise<CorpRecord>
  /**
   * Asks WeCom now, and takes its word at once.
   *
   * @throws {ServiceError} as `ask`
   */
  recheck(suiteId: string, corpid: string): Promise<CorpRecord>
}

const statuses: Record<Word, CorpStatus> = {
  served: 'authorized',
  gone: 'invalid',
  suspended: 'suspended',
}

const entries: Record<CorpStatus, JournalType> = {
  authorized: 'suited.corp_restored',
  suspended: 'suited.corp_suspended',
  invalid: 'suited.corp_invalid',
  cancelled: 'suited.corp_cancelled',
}

/** What a refused call says of the authorisation; null if it says nothing of it. */
export const wordOf = (failure: unknown): Word | null => {
  if (!(failure instanceof WecomFailure) || failure.errcode === null) return null
  const reaction = reactionTo(failure.errcode)
  if (reaction === 'authorization_gone') return 'gone'
  return reaction === 'suspended' ? 'suspended' : null
}

export const createStanding = (parts: {
  suites: Suites
  companies: Companies
  tokens: Tokens
  calls: WecomCalls
  journal: Journal
  clock: Clock
  log: Logger
}): Standing => {
  const { suites, companies, tokens, calls, journal, clock, log } = parts

  const ask: Standing['ask'] = async ({ suiteId, corpid, permanentCode, ...record }) => {
    if (permanentCode === null) {
      const reason = unauthorizedReason({ suiteId, corpid, permanentCode, ...record }, false)
      throw new ServiceError('corp_not_authorized', 'There is no permanent code of this company.', {
        extra: { reason },
      })
    }
    try {
      if (suites.byId(suiteId)?.kind === 'customised') {
        await calls.fetchCustomisedToken(corpid, permanentCode)
      } else {
        await tokens.withToken(suiteTokenKey(suiteId), (token) =>
          calls.fetchCorpToken(token, corpid, permanentCode),
        )
      }
      return { word: 'served', reason: null }
    } catch (error) {
      const word = wordOf(error)
      if (word === null) throw error
      return { word, reason: reasonOf(error) }
    }
  }

  const become: Standing['become'] = async (record, status, reason) => {
    const { suiteId, corpid, permanentCode } = record
    let changed = false
    const written = await companies.change(suiteId, corpid, (current) => {
      // A reinstallation that came in between is another authorisation: it stays as it is.
      changed = current?.permanentCode === permanentCode && current.status !== status
      return current && changed
        ? { ...current, status, statusReason: reason, statusAt: clock.now() }
        : null
    })
    tokens.reconsider(suiteId, corpid)
    if (changed) {
      log.warn(`a company is ${status} now`, { suiteId, corpid, reason })
      await journal.note(entries[status], suiteId, corpid, { reason })
    }
    return written ?? record
  }

  return {
    ask,
    become,
    async recheck(suiteId, corpid) {
      const record = await companies.find(suiteId, corpid)
      if (!record) {
        throw new ServiceError('corp_not_authorized', 'This company is not known here.', {
          extra: { reason: unauthorizedReason(null, false) },
        })
      }
      const { word, reason } = await ask(record)
      return become(record, statuses[word], reason)
    },
  }
}
