/** Which paths SDKs may call, and what it takes. Pure. */
import { ServiceError } from '../../errors'
import type { KeyScope } from '../../store/api-keys'
import { type ProxiedToken, requirePassable } from '../../suite/proxy/proxied-path'
import { type CredentialQuery, endpointOf } from '../../wecom/api/endpoints'
import { SdkRefusal } from './dialect'

/** Beside what the proxy keeps: codes by which companies come to the provider. */
const givesCode: readonly string[] = [
  '/cgi-bin/service/get_pre_auth_code',
  '/cgi-bin/service/get_register_code',
]

const kinds = {
  corp: 'access_token',
  suite: 'suite_access_token',
  provider: 'provider_access_token',
  none: 'access_token',
} as const

const sources = {
  access_token: 'a company’s token, of gettoken or get_corp_token',
  suite_access_token: 'the suite’s token, of get_suite_token',
  provider_access_token: 'the provider’s token, of get_provider_token',
} as const

export interface SdkPath {
  /** Where its token stands in the query. */
  readonly query: CredentialQuery
  /** Any one of them opens. */
  readonly scopes: readonly KeyScope[]
  /** @throws {ServiceError} 40014 — the handle stands for another kind of token */
  requireToken(shown: ProxiedToken): void
}

/**
 * Lets a path pass.
 *
 * @throws {ServiceError} invalid_request, kept_by_suited
 */
export const requireSdkPath = (path: string): SdkPath => {
  const { kind, query, opensSession } = endpointOf(path)
  const wanted = kinds[kind]
  requirePassable(path, wanted)
  if (givesCode.includes(path)) {
    throw new ServiceError(
      'kept_by_suited',
      `suited keeps what ${path} answers: companies come by its own pages.`,
    )
  }
  return {
    query: query ?? wanted,
    scopes: opensSession ? ['login'] : ['proxy'],
    requireToken(shown) {
      if (shown.kind === wanted) return
      throw new SdkRefusal(40014, `${path} takes ${sources[wanted]}.`)
    },
  }
}
