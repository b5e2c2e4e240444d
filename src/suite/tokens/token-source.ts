/**
 * The sources of tokens, one for each kind: which secret and which other token WeCom wants for it.
 */
import { ServiceError } from '../../errors'
import type { Store } from '../../store/store'
import type { ProviderTokenKey, SuiteTokenKey, TokenKey } from '../../store/token-record'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import type { FetchedToken, WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import { assertServing } from '../observed-suites'
import type { Suites } from '../suites'

/** Uses a token, and once more with its successor if WeCom calls it dead. */
export type WithToken = <T>(key: TokenKey, use: (token: string) => Promise<T>) => Promise<T>

export interface PreparedFetch {
  /** Asks WeCom. */
  readonly fetch: () => Promise<FetchedToken>
  /** TimeStamp of the suite_ticket that it shows, in seconds; left out where it shows none. */
  readonly ticketSeconds?: number
}

export interface TokenSource {
  /**
   * Gathers what the fetch needs, without asking WeCom for the token itself.
   *
   * @param withToken some tokens are fetched with another token
   * @throws {ServiceError} suite_not_configured, suite_ticket_missing, corp_not_authorized
   */
  prepare(key: TokenKey, withToken: WithToken): Promise<PreparedFetch>
}

/** The calls of one suite, or of the provider under the provider's corpid. */
export type CallsOf = (suiteId: string) => {
  readonly calls: WecomCalls
  readonly providerCalls: ProviderCalls
}

export const suiteTokenKey = (suiteId: string): SuiteTokenKey => ({
  suiteId,
  corpid: null,
  kind: 'suite_access_token',
})

/** The provider's own token. Its key stands under the provider's corpid. */
export const providerTokenKey = (providerCorpid: string): ProviderTokenKey => ({
  suiteId: providerCorpid,
  corpid: null,
  kind: 'provider_access_token',
})

/**
 * Asks WeCom for a company's own token. The permanent code of a customised app is a secret of its
 * own; any other is good together with the token of its suite.
 *
 * @throws {ServiceError} wecom_error, wecom_timeout; what `WithToken` throws; suite_not_configured
 * — the suite only observes
 */
export type FetchCorpToken = (
  suiteId: string,
  corpid: string,
  permanentCode: string,
) => Promise<FetchedToken>

export const createFetchCorpToken =
  (parts: {
    suites: Pick<Suites, 'byId' | 'observes' | 'observesAll'>
    calls: Pick<WecomCalls, 'fetchCorpToken' | 'fetchCustomisedToken'>
    withToken: WithToken
  }): FetchCorpToken =>
  async (suiteId, corpid, permanentCode) => {
    const { suites, calls, withToken } = parts
    assertServing(suites, suiteId)
    return suites.byId(suiteId)?.kind === 'customised'
      ? calls.fetchCustomisedToken(corpid, permanentCode)
      : withToken(suiteTokenKey(suiteId), (token) =>
          calls.fetchCorpToken(token, corpid, permanentCode),
        )
  }

export const createTokenSource = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite'>
  corps: Corps
  callsOf: CallsOf
}): TokenSource => {
  const { suites, store, corps, callsOf } = parts

  const suiteToken = async (suiteId: string): Promise<PreparedFetch> => {
    const secret = suites.byId(suiteId)?.suiteSecret
    if (!secret) {
      throw new ServiceError(
        'suite_not_configured',
        'The secret of this suite is not configured: enter it as WECOM_SUITE_SECRET.',
      )
    }
    const record = await store.loadSuite(suiteId)
    const ticket = record?.ticket
    if (!ticket) {
      throw new ServiceError(
        'suite_ticket_missing',
        'WeCom has not pushed a suite_ticket yet. It does every ten minutes; the refresh button in its console does at once.',
        { retryAfterSeconds: 60 },
      )
    }
    const { value, timeStampSeconds } = ticket
    return {
      fetch: () => callsOf(suiteId).calls.fetchSuiteToken(suiteId, secret, value),
      ticketSeconds: timeStampSeconds,
    }
  }

  const providerToken = (): PreparedFetch => {
    const { corpid, secret } = suites.provider
    if (corpid === null || secret === null) {
      throw new ServiceError(
        'suite_not_configured',
        "The provider's corpid and secret are not configured: enter WECOM_PROVIDER_CORPID and WECOM_PROVIDER_SECRET.",
      )
    }
    return { fetch: () => callsOf(corpid).providerCalls.fetchProviderToken(corpid, secret) }
  }

  const accessToken = async (suiteId: string, corpid: string, withToken: WithToken) => {
    const { permanentCode } = await corps.require(suiteId, corpid)
    const { calls } = callsOf(suiteId)
    const fetchCorpToken = createFetchCorpToken({ suites, calls, withToken })
    return { fetch: () => fetchCorpToken(suiteId, corpid, permanentCode) }
  }

  return {
    async prepare(key, withToken) {
      const { suiteId } = key
      const ticket = (
        corpid: string,
        fetch: (token: string) => Promise<FetchedToken>,
      ): PreparedFetch => ({
        fetch: () => withToken({ suiteId, corpid, kind: 'access_token' }, fetch),
      })
      switch (key.kind) {
        case 'provider_access_token':
          return providerToken()
        case 'suite_access_token':
          return suiteToken(suiteId)
        case 'access_token':
          return accessToken(suiteId, key.corpid, withToken)
        case 'jsapi_ticket':
          return ticket(key.corpid, callsOf(suiteId).calls.fetchJsapiTicket)
        case 'agent_ticket':
          return ticket(key.corpid, callsOf(suiteId).calls.fetchAgentTicket)
      }
    },
  }
}
