/** All settings, judged together: every mistake at once, by name, and never a value. */
import { fail, type Result, succeed } from '../errors'
import type { Provider, Suite } from '../suite/suites'
import type { CallbackPair } from '../wecom/envelope'
import { type SettingName, type Settings, settingNames, settings } from './settings'
import { collectTexts, type Problem, type Sources } from './sources'
import { pairOf, readSuiteTable } from './suite-table'

export interface Config {
  readonly settings: Settings
  readonly suites: readonly Suite[]
  readonly provider: Provider
  /** The key of the suite that unprefixed paths mean when there are several. */
  readonly defaultKey: string | null
  /** What is allowed and still deserves a word at the start. */
  readonly warnings: readonly string[]
}

/** Settings of the contract on which this version can't act: refusing is better than ignoring. */
const unsupported: readonly SettingName[] = [
  'SUITED_ENCRYPTION_KEY',
  'SUITED_PREVIOUS_ENCRYPTION_KEY',
  'SUITED_FORWARD_URL',
  'SUITED_FORWARD_SECRET',
]

const pairNames = {
  current: ['WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY'],
  previous: ['WECOM_PREVIOUS_TOKEN', 'WECOM_PREVIOUS_ENCODING_AES_KEY'],
  system: ['WECOM_SYSTEM_TOKEN', 'WECOM_SYSTEM_ENCODING_AES_KEY'],
} as const

const duplicates = (names: readonly string[]): string[] =>
  names.filter((name, i) => names.indexOf(name) !== i)

export const readConfig = (sources: Sources): Result<Config, readonly Problem[]> => {
  const { texts, suiteTables, problems: early, warnings } = collectTexts(sources)
  const problems: Problem[] = [...early]
  const complain = (setting: string, problem: string) => problems.push({ setting, problem })

  const values: Record<string, unknown> = {}
  const broken = new Set<string>()
  for (const name of settingNames) {
    const given = texts.get(name)
    if (!given) {
      values[name] = settings[name].fallback
      continue
    }
    const parsed = settings[name].parse(given.text)
    if (parsed.ok) values[name] = parsed.value
    else {
      values[name] = null
      broken.add(name)
      complain(given.from, parsed.reason)
    }
  }
  const set = values as Settings

  const pair = (names: readonly [SettingName, SettingName]): CallbackPair | null => {
    // Half a pair because the other half is wrong has been said already.
    if (names.some((name) => broken.has(name))) return null
    const whole = pairOf(set[names[0]] as string | null, set[names[1]] as Buffer | null, names)
    if (whole.ok) return whole.value
    problems.push(whole.reason)
    return null
  }

  const trustedDomains = set.SUITED_TRUSTED_DOMAINS ?? []
  const current = pair(pairNames.current)
  const previous = pair(pairNames.previous)
  const system = pair(pairNames.system)
  const tables = suiteTables.map((table, i) =>
    readSuiteTable(table, i, sources.readFile, trustedDomains),
  )
  problems.push(...tables.flatMap((table) => table.problems))

  const alone: Suite | null = current && {
    key: 'default',
    kind: set.WECOM_SUITE_ID?.startsWith('dk') ? 'customised' : 'app',
    pairs: previous ? [current, previous] : [current],
    suiteId: set.WECOM_SUITE_ID,
    suiteSecret: set.WECOM_SUITE_SECRET,
    receiveIdEmpty: false,
    trustedDomains,
  }
  if (previous && !current && !broken.has('WECOM_TOKEN') && !broken.has('WECOM_ENCODING_AES_KEY')) {
    complain('WECOM_TOKEN', 'is missing: WECOM_PREVIOUS_TOKEN is set without a current pair')
  }
  const suites =
    tables.length > 0 ? tables.flatMap(({ suite }) => suite ?? []) : alone ? [alone] : []

  for (const key of duplicates(suites.map((suite) => suite.key))) {
    complain('suites', `two of them have the key "${key}"`)
  }
  if (duplicates(suites.flatMap((suite) => suite.suiteId ?? [])).length > 0) {
    complain('suites', 'two of them have the same id')
  }
  const standards = tables.filter((table) => table.standard)
  if (standards.length > 1) complain('suites', 'more than one is the default')

  if (set.WECOM_PROVIDER_SECRET !== null && set.WECOM_PROVIDER_CORPID === null) {
    if (!broken.has('WECOM_PROVIDER_CORPID')) {
      complain('WECOM_PROVIDER_CORPID', 'is missing: WECOM_PROVIDER_SECRET is set without it')
    }
  }
  if ((set.SUITED_TLS_CERT === null) !== (set.SUITED_TLS_KEY === null)) {
    const missing = set.SUITED_TLS_CERT === null ? 'SUITED_TLS_CERT' : 'SUITED_TLS_KEY'
    complain(missing, 'is missing: certificate and key go together')
  }
  if (set.SUITED_ADMIN_HOST !== null && set.SUITED_ADMIN_PORT === null) {
    if (!broken.has('SUITED_ADMIN_PORT')) {
      complain('SUITED_ADMIN_PORT', 'is missing: SUITED_ADMIN_HOST is set without it')
    }
  }
  const store = texts.get('SUITED_STORE')
  if (store && store.text !== 'file') {
    complain(
      store.from,
      /^postgres(ql)?:\/\//.test(store.text)
        ? 'names PostgreSQL, which this version does not support'
        : 'must be file',
    )
  }
  for (const name of unsupported) {
    const given = texts.get(name)
    if (given && !broken.has(name)) complain(given.from, 'is not supported by this version')
  }
  if (suites.length === 0 && !system && problems.length === 0) {
    complain(
      'WECOM_TOKEN',
      "and WECOM_ENCODING_AES_KEY are missing: copy them from WeCom's console (or make them with suited keygen and paste them there)",
    )
  }
  if (problems.length > 0) return fail(problems)

  return succeed({
    settings: set,
    suites,
    provider: {
      corpid: set.WECOM_PROVIDER_CORPID,
      secret: set.WECOM_PROVIDER_SECRET,
      pairs: system ? [system] : [],
    },
    defaultKey: standards[0]?.suite?.key ?? null,
    warnings,
  })
}
