/** The query of a proxied call: the caller's own, with the token that suited puts in. Pure. */
import { ServiceError } from '../../errors'

const tokenNames: readonly string[] = [
  'access_token',
  'suite_access_token',
  'provider_access_token',
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name that ends in one may be read as one that ends before it
const control = /[\u0000-\u001f\u007f]/

/** @throws {ServiceError} invalid_request */
const nameOf = (pair: string): string => {
  const [raw = ''] = pair.split('=', 1)
  try {
    const name = decodeURIComponent(raw.replaceAll('+', ' '))
    if (!control.test(name)) return name.trim().toLowerCase()
  } catch {
    // Told like the other.
  }
  throw new ServiceError(
    'invalid_request',
    'The name of a query parameter holds what no name has: put names through encodeURIComponent.',
  )
}

/** Some servers take a semicolon for an ampersand. */
const holdsToken = (pair: string): boolean =>
  pair.split(';').some((part) => tokenNames.includes(nameOf(part)))

/** What most queries have none of: they name no token and need not be taken apart. */
const mayNameToken = /[^!-~]|%|token/i

/**
 * The query without any token of the caller's, all else as it came.
 *
 * @param query raw, without its `?`
 * @throws {ServiceError} invalid_request — a name that can't be read
 */
export const withoutTokens = (query: string): string => {
  if (!mayNameToken.test(query)) return query
  return query
    .split('&')
    .filter((pair) => pair !== '' && !holdsToken(pair))
    .join('&')
}

/** The query with the token first, as WeCom's documents have it. */
export const withToken = (query: string, name: string, token: string): string => {
  const own = `${name}=${encodeURIComponent(token)}`
  return query === '' ? own : `${own}&${query}`
}
