/** The suites (apps) that this process serves, and how a path or an id finds one. */
import { ServiceError } from '../errors'
import type { CallbackPair } from '../wecom/callback/envelope'

export type SuiteKind = 'app' | 'customised' | 'login'

/** What an installation from our own page is: WeCom takes a test one before the app is online. */
export type InstallMode = 'formal' | 'test'

/** The callback pairs of a suite; a command that takes no callbacks has neither. */
export interface SuitePairs {
  readonly current: CallbackPair | null
  /** The one of before a rotation, good until the operator takes it out. */
  readonly previous: CallbackPair | null
}

export interface Suite {
  /** The operator's name for it, good before WeCom has shown a suite id. */
  readonly key: string
  readonly kind: SuiteKind
  readonly pairs: SuitePairs
  /** Null until the operator has entered it. */
  readonly suiteId: string | null
  readonly suiteSecret: string | null
  /** Individual providers get callbacks with an empty receive id. */
  readonly receiveIdEmpty: boolean
  /** Hosts that `/sign` signs for; empty takes any. */
  readonly trustedDomains: readonly string[]
  /** Another back-end does the work: suited takes what WeCom pushes, and calls it for nothing. */
  readonly observes: boolean
  readonly installMode: InstallMode
}

export interface Provider {
  readonly corpid: string | null
  readonly secret: string | null
  /** For the system-event URL; null means that the suites' pairs are tried. */
  readonly systemPair: CallbackPair | null
  /** Whether members may log in on the web by its corpid: the older way, before login suites. */
  readonly hasOwnLogin: boolean
}

/** Every pair that may have sealed a suite's callbacks, the current one first. */
export const pairsOfSuite = ({ pairs: { current, previous } }: Suite): CallbackPair[] =>
  [current, previous].filter((pair) => pair !== null)

export interface Suites {
  readonly all: readonly Suite[]
  readonly provider: Provider
  /**
   * The suite that a path means: by key or id; without a name the default one.
   *
   * @throws {ServiceError} suite_not_found
   */
  find(name?: string): Suite
  /** The suite of a suite id, if it is one of ours. */
  byId(suiteId: string): Suite | null
  /** Whether all of this suited only observes, whatever suites there are. */
  readonly observesAll: boolean
  /**
   * Whether another back-end does the work of a suite. What belongs to none of them (null, the
   * provider's corpid, an id that isn't configured) is left to the other one where all suites are.
   */
  observes(suiteId: string | null): boolean
}

export const createSuites = (
  all: readonly Suite[],
  provider: Provider,
  defaultKey: string | null,
  observesAll = false,
): Suites => {
  const byKey = new Map(all.map((suite) => [suite.key, suite]))
  const byId = new Map(
    all.flatMap((suite) => (suite.suiteId === null ? [] : [[suite.suiteId, suite] as const])),
  )
  const standard = all.length === 1 ? all[0] : byKey.get(defaultKey ?? '')
  const nobodyWorks = observesAll || (all.length > 0 && all.every(({ observes }) => observes))
  return {
    all,
    provider,
    find(name) {
      const suite = name === undefined ? standard : (byKey.get(name) ?? byId.get(name))
      if (suite) return suite
      throw new ServiceError(
        'suite_not_found',
        name === undefined
          ? 'There is no default suite: use a path under /suites/{key}, or give one suite default = true.'
          : 'No suite of this key or id is configured here. Ids are compared exactly, case matters.',
      )
    },
    byId: (suiteId) => byId.get(suiteId) ?? null,
    observesAll,
    observes: (suiteId) => byId.get(suiteId ?? '')?.observes ?? nobodyWorks,
  }
}

/** The key of the suite that the environment configures. */
const environmentKey = 'default'

/** A suite's own settings, as the file calls them. */
export type SuiteSetting =
  | 'id'
  | 'secret'
  | 'token'
  | 'encoding_aes_key'
  | 'previous_token'
  | 'previous_encoding_aes_key'

const environmentNames: Readonly<Record<SuiteSetting, string>> = {
  id: 'WECOM_SUITE_ID',
  secret: 'WECOM_SUITE_SECRET',
  token: 'WECOM_TOKEN',
  encoding_aes_key: 'WECOM_ENCODING_AES_KEY',
  previous_token: 'WECOM_PREVIOUS_TOKEN',
  previous_encoding_aes_key: 'WECOM_PREVIOUS_ENCODING_AES_KEY',
}

/**
 * Where a suite's own setting is entered: of one suite in the environment, of several in the file.
 */
export const nameOfSetting = ({ key }: Pick<Suite, 'key'>, own: SuiteSetting): string =>
  key === environmentKey ? environmentNames[own] : `${own} in the [[suites]] table of "${key}"`

/** The same with its value, as it is to be entered: `WECOM_SUITE_ID=ww1`, `id = "ww1" in the …`. */
export const entryOfSetting = (
  { key }: Pick<Suite, 'key'>,
  own: SuiteSetting,
  value: string,
): string =>
  key === environmentKey
    ? `${environmentNames[own]}=${value}`
    : `${own} = "${value}" in the [[suites]] table of "${key}"`

/** The id of a suite whose id the operator must have entered. */
export const requireSuiteId = (suite: Suite): string => {
  if (suite.suiteId !== null) return suite.suiteId
  throw new ServiceError(
    'suite_not_configured',
    `The suite "${suite.key}" has no suite id yet: enter it as ${nameOfSetting(suite, 'id')}.`,
  )
}
