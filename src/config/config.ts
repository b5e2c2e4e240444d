/** All settings, judged together: every mistake at once, by name, and never a value. */
import type { Endpoint } from '../delivery/endpoint'
import { fail, type Result, succeed } from '../errors'
import type { Provider, Suite } from '../suite/suites'
import type { CallbackPair } from '../wecom/callback/envelope'
import { checkTexts } from './checked'
import { readEndpointTables } from './endpoint-tables'
import type { Problem } from './place'
import { problemsOfNeeds, problemsOfNoPair, problemsOfValues } from './rules'
import { type Settings, settingsSchema, withDefaults } from './settings'
import { collectTexts, type Sources } from './sources'
import { readSuiteTables } from './suite-tables'
import { type Part, sourcesOfPart } from './used-settings'

export interface Config {
  readonly settings: Settings
  readonly suites: readonly Suite[]
  readonly provider: Provider
  /** The key of the suite that unprefixed paths mean when there are several. */
  readonly defaultKey: string | null
  /**
   * Endpoints of the business app that the settings name; those made by the API stand elsewhere.
   */
  readonly endpoints: readonly Endpoint[]
  /** What is allowed and still deserves a word at the start. */
  readonly warnings: readonly string[]
}

const pairOf = (token: string | null, aesKey: Buffer | null): CallbackPair | null =>
  token !== null && aesKey !== null ? { token, aesKey } : null

/** The one suite whose settings stand in no table. */
const suiteOfSettings = (settings: Settings): Suite => ({
  key: 'default',
  kind: settings.WECOM_SUITE_ID?.startsWith('dk') ? 'customised' : 'app',
  pairs: {
    current: pairOf(settings.WECOM_TOKEN, settings.WECOM_ENCODING_AES_KEY),
    previous: pairOf(settings.WECOM_PREVIOUS_TOKEN, settings.WECOM_PREVIOUS_ENCODING_AES_KEY),
  },
  suiteId: settings.WECOM_SUITE_ID,
  suiteSecret: settings.WECOM_SUITE_SECRET,
  receiveIdEmpty: false,
  trustedDomains: settings.SUITED_TRUSTED_DOMAINS ?? [],
  observes: settings.SUITED_OBSERVE,
  installMode: settings.WECOM_INSTALL_MODE,
})

const providerOf = (settings: Settings): Provider => ({
  corpid: settings.WECOM_PROVIDER_CORPID,
  secret: settings.WECOM_PROVIDER_SECRET,
  systemPair: pairOf(settings.WECOM_SYSTEM_TOKEN, settings.WECOM_SYSTEM_ENCODING_AES_KEY),
  hasOwnLogin: settings.WECOM_PROVIDER_LOGIN,
})

/** The keys that endpoints may name; null while a suite has none that can be used. */
const keysOfSuites = (hasTables: boolean, suites: readonly Suite[]): readonly string[] | null => {
  if (!hasTables) return ['default']
  const keys = suites.map(({ key }) => key)
  return keys.includes('') ? null : keys
}

/** What only those miss who take callbacks. */
const ofCallbacks = /^suites\[\d+\]\.(?:token|encoding_aes_key)$/

/**
 * The configuration, or all that is wrong with it: each by name, none with its value.
 *
 * @param part what somebody reads who doesn't need all of it: the rest is not looked at and has its
 * defaults, and suites come without their callback secrets
 */
export const readConfig = (
  whole: Sources,
  part: Part | null = null,
): Result<Config, readonly Problem[]> => {
  const sources = part === null ? whole : sourcesOfPart(whole, part)
  const { readFile, realPath } = sources

  // The text of each setting, its value, and the default of what isn't given.
  const collected = collectTexts(sources)
  const checked = checkTexts(settingsSchema, collected)
  const settings = withDefaults(checked.values)
  const given = { texts: collected.texts, checked, settings }

  // The suites of the file, or else the one of the settings.
  const tables = readSuiteTables(
    collected.suiteTables,
    readFile,
    settings.SUITED_TRUSTED_DOMAINS ?? [],
    settings.SUITED_OBSERVE,
  )
  const hasTables = tables.suites.length > 0
  const single = suiteOfSettings(settings)
  const hasSingle = !hasTables && (single.pairs.current !== null || part?.suites === true)
  const suites = hasSingle ? [single] : tables.suites

  // The endpoints of the file, and the one of the environment.
  const endpointTables = readEndpointTables(
    collected.endpointTables,
    readFile,
    settings,
    keysOfSuites(hasTables, tables.suites),
  )

  const problems = [
    ...checked.problems,
    ...tables.problems.filter(({ setting }) => part === null || !ofCallbacks.test(setting)),
    ...endpointTables.problems,
    ...problemsOfNeeds(given, hasTables, part),
    ...(part === null && !hasTables ? problemsOfNoPair(given) : []),
    ...problemsOfValues(given, realPath, part),
  ]
  if (problems.length > 0) return fail(problems)
  return succeed({
    settings,
    suites,
    provider: providerOf(settings),
    defaultKey: tables.defaultKey,
    endpoints: endpointTables.endpoints,
    warnings: collected.warnings,
  })
}
