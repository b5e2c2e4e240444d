/** Answers with signatures, and the CORS that lets pages read them. */
import { ServiceError } from '../../errors'
import { trustedDomainOf } from '../../suite/pages/page-url'
import type { PageSignature } from '../../suite/pages/signing'
import type { Suite } from '../../suite/suites'

/** Browsers write an origin in one way only; what is written otherwise comes from none. */
const isTrusted = (origin: string, trustedDomains: readonly string[]): boolean => {
  const at = URL.parse(origin)
  return at !== null && at.origin === origin && trustedDomainOf(at, trustedDomains) !== null
}

/** The header that lets a trusted page read the answer. */
export const allowOrigin = (
  { trustedDomains }: Suite,
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

/** A trusted host has as many origins as ports, and whoever calls names them. */
const mostOrigins = 1000

export type SignatureAnswer = (
  suite: Suite,
  origin: string | null,
  signature: PageSignature,
) => Response

/**
 * Their headers are the same for all pages of one origin, and to put them together anew would cost
 * more than the signature.
 *
 * @param always what every answer of this listener has
 */
export const createSignatureAnswer = (
  always: Readonly<Record<string, string>>,
): SignatureAnswer => {
  const known = new WeakMap<Suite, Map<string, Headers>>()

  const headersFor = (suite: Suite, origin: string | null): Headers => {
    const ofSuite = known.get(suite) ?? new Map<string, Headers>()
    known.set(suite, ofSuite)
    const before = ofSuite.get(origin ?? '')
    if (before) return before
    const allowed = allowOrigin(suite, origin)
    // All that are not named share one.
    const named = allowed['access-control-allow-origin'] ?? ''
    const headers =
      ofSuite.get(named) ??
      new Headers({ ...always, ...allowed, 'content-type': 'application/json;charset=utf-8' })
    if (ofSuite.size >= mostOrigins) ofSuite.clear()
    ofSuite.set(named, headers)
    return headers
  }

  return (suite, origin, signature) =>
    new Response(JSON.stringify(signature), { headers: headersFor(suite, origin) })
}
