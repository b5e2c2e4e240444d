/** The suites of the configuration file: its `[[suites]]` tables. Pure but for `readFile`. */
import { pairsOfSuite, type Suite, type SuiteKind } from '../suite/suites'
import { type CallbackPair, isSamePair } from '../wecom/callback/envelope'
import { askIfMeant, nearestName } from './nearest'
import { type Problem, readSecretFile, type Sources, textOfToml } from './sources'
import type { Parse } from './value'
import * as value from './value'

type Table = Readonly<Record<string, unknown>>

export interface SuiteTables {
  /** One for each table; not to be used if there are problems. */
  readonly suites: readonly Suite[]
  /** The key of the one with `default = true`. */
  readonly defaultKey: string | null
  readonly problems: readonly Problem[]
}

const boolean: Parse<boolean> = (text) =>
  text === 'true' || text === 'false'
    ? { ok: true, value: text === 'true' }
    : { ok: false, reason: 'must be true or false' }

const key: Parse<string> = (text) =>
  /^[a-z0-9-]{1,32}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, reason: 'must be a-z, 0-9 or "-", at most 32' }

const schema = {
  key,
  default: boolean,
  kind: value.oneOf<SuiteKind>('app', 'customised', 'login'),
  token: value.callbackToken,
  encoding_aes_key: value.encodingAesKey,
  previous_token: value.callbackToken,
  previous_encoding_aes_key: value.encodingAesKey,
  id: value.id,
  secret: value.text,
  trusted_domains: value.domains,
  receive_id_empty: boolean,
}

type Name = keyof typeof schema
const names = Object.keys(schema) as Name[]

type Read = {
  [Own in Name]?: Extract<ReturnType<(typeof schema)[Own]>, { ok: true }>['value']
}

const isName = (name: string): name is Name => Object.hasOwn(schema, name)

/** The values of one table; what is given and wrong is in `broken` and among the problems. */
const readTable = (table: Table, where: string, readFile: Sources['readFile']) => {
  const problems: Problem[] = []
  const read: Record<string, unknown> = {}
  const broken = new Set<Name>()

  for (const name of names) {
    const reject = (setting: string, problem: string) => {
      problems.push({ setting: where + setting, problem })
      broken.add(name)
    }
    const single = (own: string): string => {
      const text = table[own] === undefined ? '' : textOfToml(table[own])
      if (text === null) reject(own, 'must be a single value')
      return text ?? ''
    }
    const own = single(name)
    const path = single(`${name}_file`)
    if (own !== '' && path !== '') reject(name, 'is set twice: itself and as a file')
    let text = own
    if (own === '' && path !== '') {
      const secret = readSecretFile(path, readFile)
      if (secret.ok) text = secret.value
      else reject(`${name}_file`, secret.reason)
    }
    if (text === '') continue
    const parsed = schema[name](text)
    if (parsed.ok) read[name] = parsed.value
    else reject(name, parsed.reason)
  }
  for (const name of Object.keys(table)) {
    const own = name.replace(/_file$/, '')
    if (isName(own)) continue
    const meant = nearestName(own, names)
    const problem = `is not a setting of a suite${askIfMeant(meant)}`
    problems.push({ setting: where + name, problem })
    if (meant !== undefined && isName(meant)) broken.add(meant)
  }
  return { told: read as Read, broken, problems }
}

const readSuite = (
  table: Table,
  where: string,
  readFile: Sources['readFile'],
  trustedDomains: readonly string[],
) => {
  const { told, broken, problems } = readTable(table, where, readFile)
  const given = (name: Name) => told[name] !== undefined || broken.has(name)
  const want = (name: Name, because = '') => {
    if (!given(name)) problems.push({ setting: where + name, problem: `is missing${because}` })
  }
  const pair = (
    token: 'token' | 'previous_token',
    aesKey: 'encoding_aes_key' | 'previous_encoding_aes_key',
  ): CallbackPair | null => {
    if (given(token)) want(aesKey, `: ${where}${token} is set without it`)
    if (given(aesKey)) want(token, `: ${where}${aesKey} is set without it`)
    const own = { token: told[token], aesKey: told[aesKey] }
    return own.token && own.aesKey ? { token: own.token, aesKey: own.aesKey } : null
  }

  want('key')
  const pairs = {
    current: pair('token', 'encoding_aes_key'),
    previous: pair('previous_token', 'previous_encoding_aes_key'),
  }
  if (!given('token') && !given('encoding_aes_key')) {
    want('token')
    want('encoding_aes_key')
  }
  const suite: Suite = {
    key: told.key ?? '',
    kind: told.kind ?? (told.id?.startsWith('dk') ? 'customised' : 'app'),
    pairs,
    suiteId: told.id ?? null,
    suiteSecret: told.secret ?? null,
    receiveIdEmpty: told.receive_id_empty ?? false,
    trustedDomains: told.trusted_domains ?? trustedDomains,
  }
  return { suite, standard: told.default ?? false, problems }
}

/**
 * Members' messages name no suite: where two share a pair, one pasted URL is enough for the one to
 * take what is the other's. The pairs of before count too, as long as they stand.
 */
const sharedPairs = (suites: readonly Suite[], place: (position: number) => string): Problem[] =>
  suites.flatMap((suite, i) =>
    suites.slice(0, i).flatMap((earlier, at) => {
      const shared = pairsOfSuite(suite).findIndex((pair) =>
        pairsOfSuite(earlier).some((other) => isSamePair(pair, other)),
      )
      if (shared === -1) return []
      const name = shared === 0 ? 'token' : 'previous_token'
      const names = [earlier.key, suite.key].map((key) => `"${key}"`).join(' and ')
      const problem = `and its EncodingAESKey are those of ${place(at).replace(/\.$/, '')} as well: the suites ${names} would take each other's messages; give each a pair of its own, here and in WeCom's console`
      return [{ setting: place(i) + name, problem }]
    }),
  )

/** @param trustedDomains those of a suite that names none of its own */
export const readSuiteTables = (
  tables: readonly Table[],
  readFile: Sources['readFile'],
  trustedDomains: readonly string[],
): SuiteTables => {
  const place = (position: number) => `suites[${position}].`
  const read = tables.map((table, i) => readSuite(table, place(i), readFile, trustedDomains))
  const problems = read.flatMap((one) => one.problems)

  const refuseTwice = (name: Name, of: (one: (typeof read)[number]) => string | null) => {
    const values = read.map(of)
    for (const [i, own] of values.entries()) {
      const first = values.indexOf(own)
      if (!own || first === i) continue
      problems.push({ setting: place(i) + name, problem: `is the same as ${place(first)}${name}` })
    }
  }
  refuseTwice('key', ({ suite }) => suite.key)
  refuseTwice('id', ({ suite }) => suite.suiteId)
  refuseTwice('default', ({ standard }) => (standard ? 'true' : null))
  const suites = read.map(({ suite }) => suite)
  // What else is wrong may be just that: a table that stands there twice, a pair in the wrong place.
  if (problems.length === 0) problems.push(...sharedPairs(suites, place))
  return {
    suites,
    defaultKey: read.find(({ standard }) => standard)?.suite.key ?? null,
    problems,
  }
}
