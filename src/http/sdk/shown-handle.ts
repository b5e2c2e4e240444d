/** The handle that a call shows, where WeCom's token would stand. Pure. */
import { ServiceError } from '../../errors'
import type { Suites } from '../../suite/suites'
import type { CredentialQuery } from '../../wecom/api/endpoints'
import { queryOf } from '../request/address'
import { SdkRefusal } from './dialect'

const names: readonly CredentialQuery[] = [
  'access_token',
  'suite_access_token',
  'provider_access_token',
]

/**
 * The handle in a query: under the name that the path wants, or under another one of WeCom's.
 *
 * @throws {ServiceError} 41001 — there is none
 */
export const handleNamed = (request: Request, wanted: CredentialQuery): string => {
  const query = new URLSearchParams(queryOf(request))
  for (const name of [wanted, ...names]) {
    const shown = query.get(name)
    if (shown) return shown
  }
  throw new SdkRefusal(
    41001,
    `${wanted} is missing in the query: fetch one with an API key of suited's in the secret's place.`,
  )
}

/** @throws {ServiceError} suite_not_found — a name of another suite, or of none */
export const requireSameSuite = (suites: Suites, named: string, suiteId: string): void => {
  if (suites.find(named).suiteId === suiteId) return
  throw new ServiceError(
    'suite_not_found',
    'The token, the path and suite_id name different suites: name one.',
  )
}
