/**
 * What an endpoint's name, its filter and its headers may be, wherever they are given. Pure. A
 * reason stands behind the name of the field, and never says the value.
 */
import { fail, type Result, succeed } from '../../errors'
import { endpointNamePattern } from '../../store/endpoints'
import { isHeaderName, isOwnHeader } from '../send/headers'

/** Attempts at one time, where nobody says how many. */
export const defaultConcurrency = 16
export const mostConcurrency = 64
export const mostPerSecondEver = 10_000

export const mostFilterEntries = 200
const longestType = 100

const typePattern = /^[A-Za-z0-9_.*-]+$/

/** The name, or what is wrong with it. */
export const judgeEndpointName = (text: string): Result<string, string> =>
  new RegExp(endpointNamePattern).test(text)
    ? succeed(text)
    : fail('must be a-z, 0-9 or "-", at most 32, and begin with a letter or digit')

/** Patterns of types: `create_auth`, `event.*`. */
export const judgeTypes = (types: readonly string[]): Result<string[], string> => {
  if (types.length === 0) return fail('is empty: leave it out for all types')
  if (types.length > mostFilterEntries) return fail(`has more than ${mostFilterEntries} entries`)
  const wrong = types.findIndex((type) => type.length > longestType || !typePattern.test(type))
  return wrong === -1
    ? succeed([...types])
    : fail(`entry ${wrong + 1} must be a type of events, with * for any text`)
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/

/** Corpids, or what is wrong with one. */
export const judgeCorps = (corps: readonly string[]): Result<string[], string> => {
  if (corps.length === 0) return fail('is empty: leave it out for all companies')
  if (corps.length > mostFilterEntries) return fail(`has more than ${mostFilterEntries} entries`)
  const wrong = corps.findIndex((corpid) => !idPattern.test(corpid))
  return wrong === -1 ? succeed([...corps]) : fail(`entry ${wrong + 1} must be a corpid`)
}

/** @param known the keys of the suites that there are */
export const judgeSuites = (
  suites: readonly string[],
  known: readonly string[],
): Result<string[], string> => {
  if (suites.length === 0) return fail('is empty: leave it out for all suites')
  const wrong = suites.findIndex((key) => !known.includes(key))
  return wrong === -1
    ? succeed([...suites])
    : fail(`entry ${wrong + 1} is the key of no suite; there are: ${known.join(', ') || 'none'}`)
}

const mostHeaders = 20
const longestHeaderValue = 4096

/** Headers that are sent beside ours, their names in lower case. */
export const judgeHeaders = (
  headers: Readonly<Record<string, unknown>>,
): Result<Record<string, string>, string> => {
  const entries = Object.entries(headers)
  if (entries.length > mostHeaders) return fail(`has more than ${mostHeaders} entries`)
  const kept: Record<string, string> = {}
  for (const [i, [name, value]] of entries.entries()) {
    const entry = `entry ${i + 1}`
    if (!isHeaderName(name)) return fail(`${entry} has a name that is no name of a header`)
    if (isOwnHeader(name)) return fail(`${entry} is a header that suited sets itself`)
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
      return fail(`${entry} must be a text of printable ASCII characters`)
    }
    if (value.length > longestHeaderValue) {
      return fail(`${entry} has more than ${longestHeaderValue} characters`)
    }
    const own = name.toLowerCase()
    if (Object.hasOwn(kept, own)) return fail(`${entry} has the name of one before`)
    kept[own] = value.trim()
  }
  return succeed(kept)
}
