/**
 * Where a browser may be sent at the end of a flow: an address that a caller hands in, judged as
 * the browser will read it. Pure.
 */
import { fail, type Result, succeed } from '../../../errors'
import { trustedDomainOf } from '../page-url'

export interface RedirectRules {
  /** Hosts of the suite, and of the company if it has its own. */
  readonly trustedDomains: readonly string[]
  /** Addresses of ours: the public URL, and that of the company. */
  readonly ownUrls: readonly string[]
}

export type RedirectFailure =
  | 'too_long'
  | 'not_absolute'
  | 'bad_characters'
  | 'has_fragment'
  | 'has_code'
  | 'not_https'
  | 'not_trusted'

export const longestRedirect = 2048

/** An authority as it is written for a browser: no user, no backslash, no escape, ASCII alone. */
const plainAuthority = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?=[/?#]|$)/i

/** What no address holds, or what browsers read in ways of their own. */
const badCharacter = /[^\u0021-\u007e]|[\\<>"]/

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

const isHttp = (url: string): boolean => url.startsWith('http:')

/**
 * The address as a browser goes to it, with the query that it came with.
 *
 * Its own `code` is refused: it could not be told from ours. A fragment is refused: the code would
 * stand before it, and pages that keep their state there lose it.
 */
export const judgeRedirect = (
  text: string,
  { trustedDomains, ownUrls }: RedirectRules,
): Result<string, RedirectFailure> => {
  if (text.length > longestRedirect) return fail('too_long')
  if (badCharacter.test(text)) return fail('bad_characters')
  const url = plainAuthority.test(text) ? URL.parse(text) : null
  if (url === null) return fail('not_absolute')
  if (text.includes('#')) return fail('has_fragment')
  if (url.searchParams.has('code')) return fail('has_code')
  if (ownUrls.some((own) => new URL(own).origin === url.origin)) return succeed(url.href)
  const localTest = loopback.has(url.hostname) && ownUrls.some(isHttp)
  if (url.protocol !== 'https:' && !localTest) return fail('not_https')
  return trustedDomainOf(url, trustedDomains) === null ? fail('not_trusted') : succeed(url.href)
}

/** The address with the one-time code behind its own query. */
export const withCode = (redirect: string, code: string): string =>
  `${redirect}${redirect.includes('?') ? '&' : '?'}code=${encodeURIComponent(code)}`
