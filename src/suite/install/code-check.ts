/** The check of a permanent code that an operator listed: it is shown to WeCom. */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { verdictOf } from '../../wecom/api/authorization-verdict'
import { WecomFailure } from '../../wecom/api/failure'
import type { AuthInfo, WecomCalls } from '../../wecom/api/suite-calls'
import { fetchAuthInfo } from '../profile/auth-info'
import type { SuiteKind } from '../suites'
import type { FetchCorpToken } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface ShownCode {
  readonly corpid: string
  readonly permanentCode: string
}

/** What WeCom tells of the company of a code that it takes. */
export interface CheckedCode extends Partial<AuthInfo> {
  readonly status: 'authorized' | 'suspended'
  /** Why it is suspended. */
  readonly reason: string | null
}

/** @throws {ServiceError} wecom_error, wecom_timeout — WeCom refuses the code or can't be asked */
export type CheckCode = (kind: SuiteKind, suiteId: string, shown: ShownCode) => Promise<CheckedCode>

/** Whether WeCom says that the app is switched off in the company whose code was shown to it. */
const saysSuspended = (error: unknown): boolean =>
  verdictOf(error) === 'suspended' &&
  error instanceof WecomFailure &&
  /\/(get_auth_info|gettoken)$/.test(error.path)

export const createCheckCode = (parts: {
  tokens: Pick<Tokens, 'withToken'>
  calls: Pick<WecomCalls, 'fetchAuthInfo'>
  fetchCorpToken: FetchCorpToken
  log: Logger
}): CheckCode => {
  const { tokens, calls, fetchCorpToken, log } = parts

  const fetchDetails = (suiteId: string, { corpid, permanentCode }: ShownCode) =>
    fetchAuthInfo({ tokens, calls }, suiteId, corpid, permanentCode)

  /** A customised app's code is proved by its token: the details want the suite's token besides. */
  const fetchDetailsOfCustomised = async (
    suiteId: string,
    shown: ShownCode,
  ): Promise<Partial<AuthInfo>> => {
    const { corpid, permanentCode } = shown
    await fetchCorpToken(suiteId, corpid, permanentCode)
    return fetchDetails(suiteId, shown).catch((error) => {
      log.info('the details of an imported company could not be read', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
      return {}
    })
  }

  return async (kind, suiteId, shown) => {
    try {
      const fetch = kind === 'customised' ? fetchDetailsOfCustomised : fetchDetails
      return { ...(await fetch(suiteId, shown)), status: 'authorized', reason: null }
    } catch (error) {
      if (!saysSuspended(error)) throw error
      return { status: 'suspended', reason: reasonOf(error) }
    }
  }
}
