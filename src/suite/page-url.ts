/**
 * The page address that a signature is asked for: what a caller handed in by mistake, and whether
 * the host is one of ours. No I/O. No clock.
 */
import { fail, type Result, succeed } from '../errors'
import { withoutFragment } from '../wecom/jssdk'

/** What to do about an address that was torn, for whoever wrote the page. */
export const howToEncode =
  'Put the page address through encodeURIComponent once, or use POST with JSON.'

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

/** Where an address leads, as a browser reads it. */
export type Site = Pick<URL, 'host' | 'hostname'>

export interface PageUrl {
  /** What is signed: without fragment, otherwise just as the browser has it. */
  readonly address: string
  readonly site: Site
}

/** What stands before the path decides alone where an address leads. */
const beforePath = /^https?:\/\/[^/?#\\]+/i

const readSite = (text: string): Site | null => {
  const at = URL.parse(text)
  return at && { host: at.host, hostname: at.hostname }
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
    if (/[^\u0021-\u007e]/.test(url)) {
      const because = 'it decodes to blanks or to characters that no page address has'
      return fail({ kind: 'not_encoded', because })
    }
    const text = beforePath.exec(url)?.[0]
    const site = text === undefined ? null : siteOf(text)
    return site ? succeed({ address: withoutFragment(url), site }) : fail({ kind: 'not_http' })
  }
}

/** The trusted domain that a site is on, or null. Ports count only where they are listed. */
export const trustedDomainOf = (
  { host, hostname }: Site,
  trustedDomains: readonly string[],
): string | null => trustedDomains.find((domain) => domain === host || domain === hostname) ?? null
