/**
 * The page address that a signature is asked for, once decoded: what a caller handed in by mistake,
 * and whether the host is one of ours. No I/O. No clock.
 */
import { fail, type Result, succeed } from '../../errors'
import { withoutFragment } from '../../wecom/jssdk'

export type PageUrlFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'not_encoded'; readonly because: string }
  | { readonly kind: 'encoded_twice' }
  | { readonly kind: 'escaped_for_html' }
  | { readonly kind: 'placeholder' }
  | { readonly kind: 'not_http' }

/** Where an address leads, as a browser reads it. */
export type Site = Pick<URL, 'protocol' | 'host' | 'hostname' | 'port'>

export interface PageUrl {
  /** What is signed: without fragment, otherwise just as the browser has it. */
  readonly address: string
  readonly site: Site
}

/** Whether a text holds what WeCom replaces by the company's id, where it replaces it. */
export const holdsPlaceholder = (text: string): boolean => /(?:\$|%24)CORPID(?:\$|%24)/.test(text)

/** Most addresses hold neither what none may hold, nor `;`, nor `$` in whichever way. */
const unusual = /[^\u0021-\u0023\u0025-\u003a\u003c-\u007e]|%24/

/** What is wrong with an address that holds something unusual, or null. */
const mistakeIn = (address: string): PageUrlFailure | null => {
  if (/[^\u0021-\u007e]/.test(address)) {
    const because = 'it holds blanks or characters that no page address has'
    return { kind: 'not_encoded', because }
  }
  if (address.includes('&amp;')) return { kind: 'escaped_for_html' }
  return holdsPlaceholder(address) ? { kind: 'placeholder' } : null
}

/** A template may also write an ampersand as a number, whose `#` then passes for the fragment's. */
const numberedAmpersand = /^#(?:0*38|x0*26);/i

const mistakeAtEnd = (address: string, url: string): PageUrlFailure | null =>
  numberedAmpersand.test(url.slice(address.length))
    ? { kind: 'escaped_for_html' }
    : mistakeIn(address)

/** What stands before the path decides alone where an address leads. */
const beforePath = /^https?:\/\/[^/?#\\]+/i
const encodedBeforePath = /^https?:?\/?%(?:25)*(?:3a|2f)/i

const readSite = (text: string): Site | null => {
  const at = URL.parse(text)
  if (!at) return null
  const { protocol, host, hostname, port } = at
  return { protocol, host, hostname, port }
}

const mostSites = 1000
const longestSite = 300

/**
 * Reads the addresses of pages. They stand on few sites, which are remembered: to read one anew
 * takes half as long as to sign.
 */
export const createPageUrlParser = () => {
  const known = new Map<string, Site | null>()

  const siteOf = (text: string): Site | null => {
    const before = known.get(text)
    if (before !== undefined) return before
    const site = readSite(text)
    if (known.size >= mostSites) known.clear()
    if (text.length <= longestSite) known.set(text, site)
    return site
  }

  return (url: string): Result<PageUrl, PageUrlFailure> => {
    if (url === '') return fail({ kind: 'missing' })
    const address = withoutFragment(url)
    const mistake = address.endsWith('&')
      ? mistakeAtEnd(address, url)
      : unusual.test(address)
        ? mistakeIn(address)
        : null
    if (mistake) return fail(mistake)
    const text = beforePath.exec(address)?.[0]
    const site = text === undefined ? null : siteOf(text)
    if (site) return succeed({ address, site })
    return fail({ kind: encodedBeforePath.test(address) ? 'encoded_twice' : 'not_http' })
  }
}

const portOf: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/**
 * The trusted domain that a site is on, or null. One without a port covers every port, one with a
 * port that port alone, and then a site without one has that of its scheme.
 */
export const trustedDomainOf = (
  { protocol, hostname, port }: Site,
  trustedDomains: readonly string[],
): string | null => {
  if (trustedDomains.includes(hostname)) return hostname
  const withPort = `${hostname}:${port || portOf[protocol]}`
  return trustedDomains.includes(withPort) ? withPort : null
}
