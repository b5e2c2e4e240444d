/** The QR code with which a company authorises a customised app's template (document 95436). */
import { ServiceError } from '../../errors'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import { assertServing } from '../observed-suites'
import type { Suites } from '../suites'
import { providerTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface AuthorizationUrl {
  /** The content of the QR code. */
  readonly url: string
  readonly expiresInSeconds: number
}

/**
 * Asks WeCom for a template's QR code.
 *
 * @param state at most 32 letters and digits; comes back with the create_auth
 * @throws {ServiceError} suite_not_configured, wecom_error, wecom_timeout
 */
export type FetchAuthorizationUrl = (suiteId: string, state: string) => Promise<AuthorizationUrl>

/**
 * The key of the provider's token.
 *
 * @throws {ServiceError} suite_not_configured
 */
export const requireProviderKey = ({ provider }: Suites) => {
  if (provider.corpid !== null) return providerTokenKey(provider.corpid)
  throw new ServiceError(
    'suite_not_configured',
    'The provider is not configured: enter WECOM_PROVIDER_CORPID and WECOM_PROVIDER_SECRET.',
  )
}

export const createFetchAuthorizationUrl =
  (parts: {
    suites: Suites
    tokens: Tokens
    providerCalls: Pick<ProviderCalls, 'fetchCustomisedAuthUrl'>
  }): FetchAuthorizationUrl =>
  async (suiteId, state) => {
    const { suites, tokens, providerCalls } = parts
    assertServing(suites, suiteId)
    return tokens.withToken(requireProviderKey(suites), (token) =>
      providerCalls.fetchCustomisedAuthUrl(token, state, [suiteId]),
    )
  }
