/**
 * The page address that a signature is asked for: what a caller handed in by mistake, and whether
 * the host is one of ours. No I/O. No clock.
 */
import { fail, type Result, succeed } from '../errors'
import { withoutFragment } from '../wecom/jssdk'

export type PageUrlFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'not_encoded'; readonly because: string }
  | { readonly kind: 'not_http' }

const parameters = ['corpid', 'url', 'type']

/**
 * Why the `url` of a raw query was not put through encodeURIComponent, or null. An address with
 * its own `?` tears the query apart: what came after its first `&` stands beside `url` as
 * parameters that nobody knows, or as ones that stand twice.
 *
 * @param search the raw query, with or without its `?`
 */
export const notEncodedBecause = (search: string): string | null => {
  const query = search.startsWith('?') ? search.slice(1) : search
  if (!query.includes('?')) return null
  const pairs = query.split('&')
  const at = pairs.findIndex((pair) => pair.startsWith('url='))
  if (at === -1 || !pairs[at]?.includes('?')) return null
  const names = pairs.map((pair) => pair.split('=', 1)[0] ?? '')
  const stray = names.slice(at + 1).find((name) => name !== '' && !parameters.includes(name))
  if (stray !== undefined) return 'it holds a literal "?", and a parameter follows that is not ours'
  const repeated = names.some((name, i) => i > at && name !== '' && names.indexOf(name) !== i)
  return repeated ? 'it holds a literal "?", and a parameter stands twice' : null
}

export interface PageUrl {
  /** What is signed: without fragment, otherwise just as the browser has it. */
  readonly address: string
  readonly at: Pick<URL, 'host' | 'hostname'>
}

export const parsePageUrl = (url: string): Result<PageUrl, PageUrlFailure> => {
  if (url === '') return fail({ kind: 'missing' })
  if (/[^\u0021-\u007e]/.test(url)) {
    const because = 'it decodes to blanks or to characters that no page address has'
    return fail({ kind: 'not_encoded', because })
  }
  const at = /^https?:\/\/[^/?#]/i.test(url) ? URL.parse(url) : null
  return at ? succeed({ address: withoutFragment(url), at }) : fail({ kind: 'not_http' })
}

/** The trusted domain that an address is on, or null. Ports count only where they are listed. */
export const trustedDomainOf = (
  { host, hostname }: PageUrl['at'],
  trustedDomains: readonly string[],
): string | null => trustedDomains.find((domain) => domain === host || domain === hostname) ?? null
