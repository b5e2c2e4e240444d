/** All settings, judged together: every mistake at once, by name, and never a value. */
import { fail, type Result, succeed } from '../errors'
import type { Provider, Suite } from '../suite/suites'
import type { CallbackPair } from '../wecom/callback/envelope'
import { type SettingName, type Settings, settingNames, settings } from './settings'
import { collectTexts, type Problem, type Sources } from './sources'
import { readSuiteTables } from './suite-table'
import { type Part, sourcesOfPart } from './used-settings'

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
export const unsupported: readonly SettingName[] = ['SUITED_FORWARD_URL', 'SUITED_FORWARD_SECRET']

const pairNames = {
  current: ['WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY'],
  previous: ['WECOM_PREVIOUS_TOKEN', 'WECOM_PREVIOUS_ENCODING_AES_KEY'],
  system: ['WECOM_SYSTEM_TOKEN', 'WECOM_SYSTEM_ENCODING_AES_KEY'],
} as const

/** Whether a path is a folder or lies in it; both whole, links followed. */
export const isWithin = (path: string, folder: string): boolean =>
  `${path}/`.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

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
  const { texts, unreadable, suiteTables, problems: early, warnings } = collectTexts(sources)
  const problems: Problem[] = [...early]
  const complain = (setting: string, problem: string) => problems.push({ setting, problem })

  const values: Record<string, unknown> = {}
  const broken = new Set<SettingName>(unreadable)
  for (const name of settingNames) {
    const source = texts.get(name)
    if (!source) {
      values[name] = settings[name].fallback
      continue
    }
    const parsed = settings[name].parse(source.text)
    if (parsed.ok) values[name] = parsed.value
    else {
      values[name] = null
      broken.add(name)
      complain(source.from, parsed.reason)
    }
  }
  const set = values as Settings

  const given = (name: SettingName) => set[name] !== null || broken.has(name)
  /** A setting that another one makes no sense without. */
  const want = (missing: SettingName, because: SettingName) => {
    if (!given(because) || given(missing)) return
    if (part !== null && !part.names.includes(missing)) return
    if (problems.some(({ setting }) => setting === missing)) return
    complain(missing, `is missing: ${because} is set without it`)
  }
  const pair = (of: keyof typeof pairNames): CallbackPair | null => {
    const [tokenName, keyName] = pairNames[of]
    want(keyName, tokenName)
    want(tokenName, keyName)
    const { [tokenName]: token, [keyName]: aesKey } = set
    return token && aesKey ? { token, aesKey } : null
  }

  const trustedDomains = set.SUITED_TRUSTED_DOMAINS ?? []
  const tables = readSuiteTables(suiteTables, sources.readFile, trustedDomains)
  problems.push(
    ...tables.problems.filter(({ setting }) => part === null || !ofCallbacks.test(setting)),
  )
  const system = pair('system')
  const suites = [...tables.suites]
  if (suites.length === 0) {
    const current = pair('current')
    const previous = pair('previous')
    for (const name of pairNames.current) want(name, 'WECOM_PREVIOUS_TOKEN')
    if (current || part?.suites) {
      suites.push({
        key: 'default',
        kind: set.WECOM_SUITE_ID?.startsWith('dk') ? 'customised' : 'app',
        pairs: { current, previous },
        suiteId: set.WECOM_SUITE_ID,
        suiteSecret: set.WECOM_SUITE_SECRET,
        receiveIdEmpty: false,
        trustedDomains,
      })
    }
  }
  if (part === null && suites.length === 0 && !Object.values(pairNames).flat().some(given)) {
    complain(
      'WECOM_TOKEN',
      "and WECOM_ENCODING_AES_KEY are missing: copy them from WeCom's console (or make them with suited keygen and paste them there)",
    )
  }

  want('WECOM_PROVIDER_CORPID', 'WECOM_PROVIDER_SECRET')
  want('SUITED_TLS_KEY', 'SUITED_TLS_CERT')
  want('SUITED_TLS_CERT', 'SUITED_TLS_KEY')
  want('SUITED_ADMIN_PORT', 'SUITED_ADMIN_HOST')
  want('SUITED_ENCRYPTION_KEY', 'SUITED_PREVIOUS_ENCRYPTION_KEY')
  const { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: previousKey } = set
  if (key && previousKey?.equals(key)) {
    const { from = 'SUITED_PREVIOUS_ENCRYPTION_KEY' } =
      texts.get('SUITED_PREVIOUS_ENCRYPTION_KEY') ?? {}
    complain(from, 'is the same as SUITED_ENCRYPTION_KEY')
  }
  const backupDir = texts.get('SUITED_BACKUP_DIR')
  if (backupDir && !broken.has('SUITED_DATA_DIR')) {
    const backups = sources.realPath(backupDir.text)
    const data = sources.realPath(set.SUITED_DATA_DIR)
    if (isWithin(backups, data) || isWithin(data, backups)) {
      complain(
        backupDir.from,
        'must lie apart from SUITED_DATA_DIR: neither is to be inside the other, or one loss takes both',
      )
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
    const source = texts.get(name)
    if (source && !broken.has(name)) complain(source.from, 'is not supported by this version')
  }
  if (problems.length > 0) return fail(problems)

  return succeed({
    settings: set,
    suites,
    provider: {
      corpid: set.WECOM_PROVIDER_CORPID,
      secret: set.WECOM_PROVIDER_SECRET,
      systemPair: system,
    },
    defaultKey: tables.defaultKey,
    warnings,
  })
}
