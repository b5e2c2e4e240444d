/** Who a code of WeCom's stands for: which call asks, with whose token. */
import type { TokenKey } from '../../../store/token-record'
import { WecomFailure } from '../../../wecom/api/failure'
import type { MemberCalls, MemberDetail, Person } from '../../../wecom/api/member-calls'
import { reactionTo } from '../../../wecom/errcode/errcode'
import { requireProviderKey } from '../../install/customised-app-url'
import { requireSuiteId, type Suite, type Suites } from '../../suites'
import { suiteTokenKey } from '../../tokens/token-source'
import type { Tokens } from '../../tokens/tokens'
import type { LoginWay } from '../flow/flow'
import { webLoginOf } from './web-login'

export interface Identified {
  readonly person: Person
  /** Null where the scope shows none. */
  readonly detail: MemberDetail | null
}

export interface Identify {
  /**
   * The member that a login's code stands for.
   *
   * @param corpid the company of a customised app
   * @throws {ServiceError} suite_not_configured, suite_ticket_missing, corp_not_authorized,
   * wecom_error, wecom_timeout
   */
  ofLogin(suite: Suite, way: LoginWay, code: string, corpid: string | null): Promise<Identified>
  /** The administrator whom WeCom's console sends. Throws likewise. */
  ofConsole(suite: Suite, authCode: string): Promise<Identified>
}

/** Whether WeCom says that a code is none of this login's. */
const isUnknownCode = (error: unknown): boolean =>
  error instanceof WecomFailure &&
  error.errcode !== null &&
  ['login_again', 'code_spent'].includes(reactionTo(error.errcode))

export const createIdentify = (parts: {
  suites: Suites
  tokens: Pick<Tokens, 'withToken'>
  calls: MemberCalls
}): Identify => {
  const { suites, tokens, calls } = parts

  /** A code works once: a token that dies between the two calls must not have it asked again. */
  const identified = async (
    key: TokenKey,
    identify: (token: string) => Promise<Person>,
    detailFor: (token: string, userTicket: string) => Promise<MemberDetail>,
  ): Promise<Identified> => {
    const person = await tokens.withToken(key, identify)
    const { userTicket } = person
    if (userTicket === null) return { person, detail: null }
    return { person, detail: await tokens.withToken(key, (token) => detailFor(token, userTicket)) }
  }

  const bySuite = (suiteId: string, code: string): Promise<Identified> =>
    identified(suiteTokenKey(suiteId), (token) => calls.identify(token, code), calls.detail)

  const inCorp = (suiteId: string, corpid: string, code: string): Promise<Identified> =>
    identified(
      { suiteId, corpid, kind: 'access_token' },
      async (token) => ({ ...(await calls.identifyInCorp(token, code)), corpid }),
      calls.detailInCorp,
    )

  const byProvider = async (authCode: string): Promise<Identified> => ({
    person: await tokens.withToken(requireProviderKey(suites), (token) =>
      calls.identifyForProvider(token, authCode),
    ),
    detail: null,
  })

  return {
    async ofLogin(suite, way, code, corpid) {
      if (suite.kind === 'customised') return inCorp(requireSuiteId(suite), corpid ?? '', code)
      const web = way === 'web' ? webLoginOf(suites, suite) : null
      if (web?.by === 'provider') return byProvider(code)
      return bySuite(web?.by === 'login_suite' ? web.suiteId : requireSuiteId(suite), code)
    },

    async ofConsole(suite, authCode) {
      const web = webLoginOf(suites, suite)
      if (web?.by !== 'login_suite') return byProvider(authCode)
      try {
        return await bySuite(web.suiteId, authCode)
      } catch (error) {
        // A provider may have a login suite and still get codes of the older kind.
        if (!isUnknownCode(error) || suites.provider.secret === null) throw error
        return byProvider(authCode)
      }
    },
  }
}
