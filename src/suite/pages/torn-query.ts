/**
 * A raw query whose page address was not put through encodeURIComponent. What an address was is
 * often lost once it is decoded, so the query is judged as it came. Pure.
 */
import { withoutFragment } from '../../wecom/jssdk'

/** What to do about an address that was torn, for whoever wrote the page. */
export const howToEncode =
  'Take the address from location.href; in a query put it through encodeURIComponent once, in JSON leave it as it is.'

const parameters = ['corpid', 'url', 'type']

const nameOf = (pair: string): string => pair.split('=', 1)[0] ?? ''
const holdsUrl = (pair: string): boolean => pair.startsWith('url=')

/**
 * An address with its own `?` tears the query apart: what came after its first `&` stands beside
 * `url` as parameters that nobody knows, or as ones that stand twice.
 */
const tornBecause = (pairs: readonly string[]): string | null => {
  const at = pairs.findIndex((pair) => holdsUrl(pair) && withoutFragment(pair).includes('?'))
  if (at === -1) return null
  const names = pairs.map(nameOf)
  const stray = names.slice(at + 1).find((name) => name !== '' && !parameters.includes(name))
  if (stray?.startsWith('amp;')) {
    return 'it holds a literal "?", and "&amp;" follows, as templates write "&"'
  }
  if (stray !== undefined) return 'it holds a literal "?", and a parameter follows that is not ours'
  const repeated = names.some((name, i) => i > at && name !== '' && names.indexOf(name) !== i)
  return repeated ? 'it holds a literal "?", and a parameter stands twice' : null
}

const brokenEscape = /%(?![0-9a-f]{2})/i

/**
 * An address that was encoded has no `://` left, and one that was not loses its own escapes when it
 * is decoded. `%25` may stand beside: encodeURI writes it, and so do people who know.
 */
const unescapedBecause = (pairs: readonly string[]): string | null => {
  const address = withoutFragment(pairs.findLast(holdsUrl)?.slice('url='.length) ?? '')
  if (brokenEscape.test(address)) return 'it holds a "%" that begins no escape'
  if (!address.includes('://')) return null
  return /%(?!25)/.test(address)
    ? 'a literal "://" stands beside an escape, which would be lost'
    : null
}

/**
 * Why an address that a query brought was not put through encodeURIComponent, once it is decoded,
 * or null. What of it stood as `%25` was an escape of the address's own.
 */
export const decodedWrongBecause = (url: string): string | null =>
  url.includes('%') && brokenEscape.test(withoutFragment(url))
    ? 'it decodes to a "%" that begins no escape'
    : null

const pairsOf = (search: string): string[] =>
  (search.startsWith('?') ? search.slice(1) : search).split('&')

/**
 * Why the `url` of a raw query was not put through encodeURIComponent, or null.
 *
 * @param search the raw query, with or without its `?`
 */
export const notEncodedBecause = (search: string): string | null => {
  const pairs = pairsOf(search)
  return tornBecause(pairs) ?? unescapedBecause(pairs)
}

/**
 * Whether there is anything to look for: a query whose values were encoded holds none of these
 * letters. A broken escape is not seen here, but its query doesn't decode.
 */
export const mayBeTorn = (query: string): boolean => /[?:;]/.test(query)

/** Whether a request's own address was escaped for HTML: then its parameters have other names. */
export const isEscapedForHtml = (query: string): boolean =>
  /&(?:amp|#0*38|#x0*26);(?:corpid|url|type)=/i.test(query)
