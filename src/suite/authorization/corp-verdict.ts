/** WeCom's verdict on the authorisation of one company, asked for with its permanent code. */
import { reasonOf, ServiceError } from '../../errors'
import type { CorpRecord } from '../../store/store'
import { refusesCode, type Verdict, verdictOf } from '../../wecom/api/authorization-verdict'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import { unauthorizedReason } from '../authorized-corp'
import { fetchAuthInfo } from '../profile/auth-info'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface CorpVerdict {
  readonly verdict: Verdict
  /** Why it isn't served, as one sentence. */
  readonly reason: string | null
}

/**
 * Asks WeCom, and changes nothing.
 *
 * @throws {ServiceError} wecom_error, wecom_timeout; corp_not_authorized without permanent code
 */
export type AskCorpVerdict = (record: CorpRecord) => Promise<CorpVerdict>

export const createAskCorpVerdict = (parts: {
  tokens: Pick<Tokens, 'withToken'>
  calls: Pick<WecomCalls, 'fetchAuthInfo' | 'fetchJsapiTicket'>
  fetchCorpToken: FetchCorpToken
}): AskCorpVerdict => {
  const { tokens, calls, fetchCorpToken } = parts

  const fetchTokenWith = async ({ suiteId, corpid }: CorpRecord, permanentCode: string) => {
    try {
      return await fetchCorpToken(suiteId, corpid, permanentCode)
    } catch (failure) {
      // This call says in so many words whether a code that was called wrong is void.
      if (refusesCode(failure)) {
        await fetchAuthInfo({ tokens, calls }, suiteId, corpid, permanentCode)
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

  return async (record) => {
    const { permanentCode } = record
    if (permanentCode === null) {
      throw new ServiceError('corp_not_authorized', 'There is no permanent code of this company.', {
        extra: { reason: unauthorizedReason(record, false) },
      })
    }
    try {
      const { value } = await fetchTokenWith(record, permanentCode)
      await assertInUse(value)
      return { verdict: 'served', reason: null }
    } catch (failure) {
      const verdict = verdictOf(failure)
      if (verdict === null) throw failure
      return { verdict, reason: reasonOf(failure) }
    }
  }
}
