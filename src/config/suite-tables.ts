/**
 * All suites of the configuration file, and what they must not have in common. Pure but for
 * `readFile`.
 */
import type { Suite } from '../suite/suites'
import { isSamePair } from '../wecom/callback/envelope'
import type { Problem, ReadFile, Table } from './place'
import { type ReadSuite, readSuite, type SuiteKey } from './suite-table'

export interface SuiteTables {
  /** One for each table; not to be used if there are problems. */
  readonly suites: readonly Suite[]
  /** The key of the one with `default = true`. */
  readonly defaultKey: string | null
  readonly problems: readonly Problem[]
}

/** What stands before the keys of a table in problems. */
const placeAt = (position: number): string => `suites[${position}].`

/** A key that each suite must have for itself, and what it is in one; null where it has none. */
type Unique = readonly [name: SuiteKey, of: (read: ReadSuite) => string | null]

const unique: readonly Unique[] = [
  ['key', ({ suite }) => suite.key],
  ['id', ({ suite }) => suite.suiteId],
  ['default', ({ isDefault }) => (isDefault ? 'true' : null)],
]

const sharedValues = (read: readonly ReadSuite[], [name, of]: Unique): Problem[] => {
  const values = read.map(of)
  return values.flatMap((own, i) => {
    const first = values.indexOf(own)
    if (!own || first === i) return []
    return [{ setting: placeAt(i) + name, problem: `is the same as ${placeAt(first)}${name}` }]
  })
}

const pairNames = { current: 'token', previous: 'previous_token' } as const

/** Which pair of one suite is one of another's, be it that of before a rotation. */
const sharedPair = ({ pairs: own }: Suite, { pairs: other }: Suite) =>
  (['current', 'previous'] as const).find((which) => {
    const pair = own[which]
    const others = [other.current, other.previous]
    return pair !== null && others.some((theirs) => theirs !== null && isSamePair(pair, theirs))
  })

/**
 * Members' messages name no suite: where two share a pair, one pasted URL is enough for the one to
 * take what is the other's. The pairs of before count too, as long as they stand.
 */
const sharedPairs = (suites: readonly Suite[]): Problem[] =>
  suites.flatMap((suite, i) =>
    suites.slice(0, i).flatMap((earlier, at) => {
      const shared = sharedPair(suite, earlier)
      if (shared === undefined) return []
      const names = `"${earlier.key}" and "${suite.key}"`
      const problem = `and its EncodingAESKey are those of ${placeAt(at).replace(/\.$/, '')} as well: the suites ${names} would take each other's messages; give each a pair of its own, here and in WeCom's console`
      return [{ setting: placeAt(i) + pairNames[shared], problem }]
    }),
  )

/**
 * @param trustedDomains those of a suite that names none of its own
 * @param observesAll whether each suite observes, whatever its table says
 */
export const readSuiteTables = (
  tables: readonly Table[],
  readFile: ReadFile,
  trustedDomains: readonly string[],
  observesAll: boolean,
): SuiteTables => {
  const read = tables.map((table, i) =>
    readSuite(table, placeAt(i), readFile, trustedDomains, observesAll),
  )
  const suites = read.map(({ suite }) => suite)
  const problems = [
    ...read.flatMap((one) => one.problems),
    ...unique.flatMap((one) => sharedValues(read, one)),
  ]
  return {
    suites,
    defaultKey: read.find(({ isDefault }) => isDefault)?.suite.key ?? null,
    // What else is wrong may be just that: a table that stands there twice, a pair in the wrong
    // place.
    problems: problems.length > 0 ? problems : sharedPairs(suites),
  }
}
