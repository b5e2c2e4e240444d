/** Which paths of WeCom's API go through the proxy, and whose token each of them takes. Pure. */
import { ServiceError } from '../../errors'
import type { CorpTokenKey, ProviderTokenKey, SuiteTokenKey } from '../../store/token-record'
import { type Credential, endpointOf } from '../../wecom/api/endpoints'

/** The token that a call goes up with. */
export type ProxiedToken =
  | SuiteTokenKey
  | ProviderTokenKey
  | (CorpTokenKey & { readonly kind: 'access_token' })
type ProxiedTokenKind = ProxiedToken['kind']

/** All of WeCom's paths are written so; what is written otherwise is a way around a rule. */
const simplestForm = /^\/cgi-bin(?:\/[a-z\d_][a-z\d_-]*)+$/

const longestPath = 256

const tokenKinds = {
  corp: 'access_token',
  suite: 'suite_access_token',
  provider: 'provider_access_token',
} as const satisfies Record<Exclude<Credential['kind'], 'none'>, ProxiedTokenKind>

const routes: Readonly<Record<ProxiedTokenKind, { route: string; whose: string }>> = {
  access_token: { route: '/proxy/corps/{corpid}', whose: 'a company’s' },
  suite_access_token: { route: '/proxy/suite', whose: 'the suite’s' },
  provider_access_token: { route: '/proxy/provider', whose: 'the provider’s' },
}

/**
 * Lets a path of WeCom's pass that takes this kind of token.
 *
 * @param path from `/cgi-bin` on, as it came, without a query
 * @returns the query parameter in which WeCom wants the token
 * @throws {ServiceError} invalid_request — not in its simplest form, or of another route, which is
 * named; kept_by_suited, with the route of ours to use instead
 */
export const requirePassable = (path: string, kind: ProxiedTokenKind): string => {
  if (path.length > longestPath || !simplestForm.test(path)) {
    throw new ServiceError(
      'invalid_request',
      'Write the path as WeCom’s documents do: /cgi-bin/ and then lower-case letters, digits, _ and - between single slashes, with nothing escaped.',
    )
  }
  const { kind: wanted, query, ownRoute } = endpointOf(path)
  if (ownRoute !== null || wanted === 'none' || query === null) {
    throw new ServiceError(
      'kept_by_suited',
      `suited keeps what ${path} answers, and renews it in time: ask ${ownRoute} instead.`,
      { extra: { route: ownRoute } },
    )
  }
  if (tokenKinds[wanted] !== kind) {
    const { route, whose } = routes[tokenKinds[wanted]]
    throw new ServiceError(
      'invalid_request',
      `${path} takes ${whose} token: send it to ${route}${path}.`,
      { extra: { route: `${route}${path}` } },
    )
  }
  return query
}
