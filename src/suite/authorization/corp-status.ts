/** How a company stands with WeCom: asked, taken at its verdict, written down once. */
import type { Clock } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { Journal, JournalType } from '../../events/own-events'
import type { Logger } from '../../log'
import type { CorpRecord, CorpStatus } from '../../store/store'
import { refusesCode, type Verdict, verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { type Corps, unauthorizedReason } from '../corps'
import { fetchAuthInfo } from '../profile/auth-info'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface CorpVerdict {
  readonly verdict: Verdict
  /** Why it isn't served, as one sentence. */
  readonly reason: string | null
}

export interface CorpStatusCheck {
  /**
   * Asks WeCom, and changes nothing.
   *
   * @throws {ServiceError} wecom_error, wecom_timeout; corp_not_authorized without permanent code
   */
  ask(record: CorpRecord): Promise<CorpVerdict>
  /**
   * Writes a status that differs from the one before, and says so once.
   *
   * @param facts more for the journal
   */
  set(
    record: CorpRecord,
    status: CorpStatus,
    reason: string | null,
    facts?: Readonly<Record<string, unknown>>,
  ): Promise<CorpRecord>
  /** Takes WeCom at its verdict. One that is served again has its details read again. */
  apply(record: CorpRecord, answer: CorpVerdict): Promise<CorpRecord>
  /**
   * Asks WeCom now, takes its verdict at once, and reads the details of a company that is served.
   *
   * @throws {ServiceError} as `ask`
   */
  recheck(suiteId: string, corpid: string): Promise<CorpRecord>
}

const statuses: Record<Verdict, CorpStatus> = {
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

export const createCorpStatusCheck = (parts: {
  corps: Corps
  tokens: Tokens
  calls: WecomCalls
  fetchCorpToken: FetchCorpToken
  journal: Journal
  clock: Clock
  log: Logger
  /** Reads a company's details; never throws. */
  readDetails(record: CorpRecord): Promise<void>
}): CorpStatusCheck => {
  const { corps, tokens, calls, fetchCorpToken, journal, clock, log, readDetails } = parts

  const present = async ({ suiteId, corpid }: CorpRecord, permanentCode: string) => {
    try {
      return await fetchCorpToken(suiteId, corpid, permanentCode)
    } catch (failure) {
      // This call says in so many words whether a code that was called wrong is void.
      if (refusesCode(failure)) {
        await fetchAuthInfo(parts, suiteId, corpid, permanentCode)
      }
      throw failure
    }
  }

  /** An app that is switched off may get a token all the same; nothing can be done with it. */
  const assertInUse = async (accessToken: string): Promise<void> => {
    await calls.fetchJsapiTicket(accessToken).catch((failure: unknown) => {
      if (verdictOf(failure) === 'suspended') throw failure
    })
  }

  const ask: CorpStatusCheck['ask'] = async (record) => {
    const { permanentCode } = record
    if (permanentCode === null) {
      throw new ServiceError('corp_not_authorized', 'There is no permanent code of this company.', {
        extra: { reason: unauthorizedReason(record, false) },
      })
    }
    try {
      const { value } = await present(record, permanentCode)
      await assertInUse(value)
      return { verdict: 'served', reason: null }
    } catch (failure) {
      const verdict = verdictOf(failure)
      if (verdict === null) throw failure
      return { verdict, reason: reasonOf(failure) }
    }
  }

  const set: CorpStatusCheck['set'] = async (record, status, reason, facts = {}) => {
    const { suiteId, corpid, permanentCode, authorizedAt } = record
    const { before, after } = await corps.change(suiteId, corpid, (current) => {
      // A reinstallation that came in between is another authorisation: it stays as it is.
      const same = current?.permanentCode === permanentCode && current.authorizedAt === authorizedAt
      return same && current.status !== status
        ? { ...current, status, statusReason: reason, statusAt: clock.now() }
        : null
    })
    if (status === 'authorized') tokens.reconsider(suiteId, corpid)
    else if (after?.status === status) tokens.forget(suiteId, corpid)
    if (before?.status !== after?.status) {
      log.warn(`a company is ${status} now`, { suiteId, corpid, reason })
      await journal.note(entries[status], suiteId, corpid, { reason, ...facts })
    }
    return after ?? record
  }

  const apply: CorpStatusCheck['apply'] = async (record, { verdict, reason }) => {
    const settled = await set(record, statuses[verdict], reason)
    // What it changed while it was away was not read then.
    if (verdict === 'served' && record.status !== 'authorized') await readDetails(settled)
    return settled
  }

  return {
    ask,
    set,
    apply,
    async recheck(suiteId, corpid) {
      const record = await corps.find(suiteId, corpid)
      if (record) {
        const answer = await ask(record)
        const settled = await apply(record, answer)
        const read = answer.verdict === 'served' && record.status === 'authorized'
        if (read) await readDetails(settled)
        return (await corps.find(suiteId, record.corpid)) ?? settled
      }
      throw new ServiceError('corp_not_authorized', 'This company is not known here.', {
        extra: { reason: unauthorizedReason(null, false) },
      })
    },
  }
}
