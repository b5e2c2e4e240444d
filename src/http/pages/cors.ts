/** The CORS headers that let pages read signatures, and why they get none. */
import { ServiceError } from '../../errors'
import { trustedDomainOf } from '../../suite/pages/page-url'
import type { Suite } from '../../suite/suites'

/** Browsers write an origin in one way only; what is written otherwise comes from none. */
const isTrusted = (origin: string, trustedDomains: readonly string[]): boolean => {
  const at = URL.parse(origin)
  return at !== null && at.origin === origin && trustedDomainOf(at, trustedDomains) !== null
}

/** Whose trusted domains count: a suite's, or a company's own. */
export type TrustingSite = Pick<Suite, 'trustedDomains'>

/** The header that lets a trusted page read the answer. */
export const allowOrigin = (
  { trustedDomains }: TrustingSite,
  origin: string | null,
): Record<string, string> => {
  if (trustedDomains.length === 0) return { 'access-control-allow-origin': '*' }
  return origin !== null && isTrusted(origin, trustedDomains)
    ? { 'access-control-allow-origin': origin, vary: 'Origin' }
    : { vary: 'Origin' }
}

/**
 * A page that isn't trusted could not read why it gets no signature, and its console would say
 * "Failed to fetch". This one refusal tells it nothing that it doesn't know: the company was not
 * looked up yet.
 *
 * @param headers those of the answer
 */
export const letAnyoneReadDistrust = async <T>(
  headers: Record<string, string | number>,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'url_not_trusted') {
      headers['access-control-allow-origin'] ??= '*'
    }
    throw error
  }
}
