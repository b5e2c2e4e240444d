/** Where the settings' texts come from: flags before environment before file. Pure but for `readFile`. */
import { fail, type Result, succeed } from '../errors'
import { askIfMeant, nearestName } from './nearest'
import { fileKey, type SettingName, settingNames, suiteSettings } from './settings'

export interface Problem {
  /** The setting as its reader would look for it: a variable, a flag, a key of the file. */
  readonly setting: string
  readonly problem: string
}

export interface Sources {
  /** By flag name without its dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file, parsed; null if there is none. */
  readonly file: Readonly<Record<string, unknown>> | null
  /** The text of a file that a `_FILE` setting names; throws as node:fs does. */
  readFile(path: string): string
  /** Where a path leads: absolute, links followed as far as it exists. Never throws. */
  realPath(path: string): string
}

export interface Texts {
  /** Trimmed; a blank one counts as unset. */
  readonly texts: ReadonlyMap<SettingName, { readonly text: string; readonly from: string }>
  /** What was given and can't be read: that is said already, so it isn't missing as well. */
  readonly unreadable: ReadonlySet<SettingName>
  readonly suiteTables: readonly Readonly<Record<string, unknown>>[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

export const flagOf = (name: SettingName): string => fileKey(name).replaceAll('_', '-')

/** A table's own keys that are settings under shorter names. */
export const providerKeys: Readonly<Record<string, SettingName>> = {
  corpid: 'WECOM_PROVIDER_CORPID',
  secret: 'WECOM_PROVIDER_SECRET',
  system_token: 'WECOM_SYSTEM_TOKEN',
  system_encoding_aes_key: 'WECOM_SYSTEM_ENCODING_AES_KEY',
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isGiven = (table: Readonly<Record<string, unknown>>, key: string): boolean =>
  table[key] !== undefined || table[`${key}_file`] !== undefined

/** A file's value as the text that the same setting would have in the environment. */
export const textOfToml = (value: unknown): string | null => {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const single = (item: unknown) => typeof item !== 'object'
  if (Array.isArray(value) && value.every(single)) return value.map(String).join(',')
  return null
}

export const readSecretFile = (
  path: string,
  readFile: Sources['readFile'],
): Result<string, string> => {
  try {
    const text = readFile(path).trim()
    return text === '' ? fail('names an empty file') : succeed(text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return fail(`names a file that can't be read (${code})`)
  }
}

export const collectTexts = (sources: Sources): Texts => {
  const texts = new Map<SettingName, { text: string; from: string }>()
  const unreadable = new Set<SettingName>()
  const problems: Problem[] = []
  const warnings: string[] = []

  const complain = (setting: string, problem: string) => problems.push({ setting, problem })

  const cannotRead = (name: SettingName, setting: string, problem: string) => {
    complain(setting, problem)
    unreadable.add(name)
  }

  /** What was meant to be given under this name isn't missing as well. */
  const lost = (name: string) => {
    const meant = name === 'suites' ? suiteSettings : settingNames.filter((own) => own === name)
    for (const own of meant) unreadable.add(own)
  }

  const take = (name: SettingName, from: string, text = '', file = { from, path: '' }) => {
    const own = text.trim()
    const path = file.path.trim()
    if (own !== '' && path !== '') complain(from, 'is set twice: itself and as a file')
    if (texts.has(name)) return
    if (own !== '') texts.set(name, { text: own, from })
    else if (path !== '') {
      const read = readSecretFile(path, sources.readFile)
      if (read.ok) texts.set(name, { text: read.value, from })
      else cannotRead(name, file.from, read.reason)
    }
  }

  const takeTable = (
    table: Readonly<Record<string, unknown>>,
    where: string,
    names: Readonly<Record<string, SettingName>>,
    tables: readonly string[] = [],
  ) => {
    for (const [key, name] of Object.entries(names)) {
      const single = (own: string): string => {
        const text = table[own] === undefined ? '' : textOfToml(table[own])
        if (text === null) cannotRead(name, where + own, 'must be a single value')
        return text ?? ''
      }
      const pathKey = `${key}_file`
      take(name, where + key, single(key), { from: where + pathKey, path: single(pathKey) })
    }
    for (const key of Object.keys(table)) {
      const own = key.replace(/_file$/, '')
      if (Object.hasOwn(names, own) || tables.includes(key)) continue
      const known = [...tables, ...Object.keys(names)]
      const bare = own.replace(/^(suited|wecom)_/i, '').toLowerCase()
      const meant = known.includes(bare) ? bare : nearestName(bare, known)
      complain(where + key, `is not a setting of suited${askIfMeant(meant)}`)
      if (meant !== undefined) lost(names[meant] ?? meant)
    }
  }

  for (const name of settingNames) take(name, `--${flagOf(name)}`, sources.flags[flagOf(name)])
  for (const name of settingNames) {
    const path = sources.env[`${name}_FILE`] ?? ''
    take(name, name, sources.env[name], { from: `${name}_FILE`, path })
  }
  for (const name of Object.keys(sources.env)) {
    const ours = /^(SUITED|WECOM)_/.test(name) && name !== 'SUITED_CONFIG'
    if (!ours || (settingNames as string[]).includes(name.replace(/_FILE$/, ''))) continue
    const meant = nearestName(name.replace(/_FILE$/, ''), [...settingNames, 'SUITED_CONFIG'])
    warnings.push(`${name} is not a setting of suited${askIfMeant(meant) || '.'}`)
  }

  const file = sources.file ?? {}
  const topKeys = Object.fromEntries(settingNames.map((name) => [fileKey(name), name]))
  takeTable(file, '', topKeys, ['suites', 'provider'])
  const { provider } = file
  if (isTable(provider)) {
    takeTable(provider, 'provider.', providerKeys)
    for (const [key, name] of Object.entries(providerKeys)) {
      if (isGiven(provider, key) && isGiven(file, fileKey(name))) {
        complain(`provider.${key}`, `is set twice: here and as ${fileKey(name)}`)
      }
    }
  } else if (provider !== undefined) complain('provider', 'must be a table: [provider]')
  const tables = file.suites ?? []
  const suiteTables = Array.isArray(tables) ? tables.filter(isTable) : []
  if (!Array.isArray(tables) || suiteTables.length !== tables.length) {
    complain('suites', 'must be tables: [[suites]]')
    lost('suites')
  }
  if (suiteTables.length > 0) {
    for (const name of suiteSettings) {
      const from = texts.get(name)?.from
      if (from === undefined) continue
      complain(from, "stands beside [[suites]]: a suite's own settings belong into its table")
    }
  }
  return { texts, unreadable, suiteTables, problems, warnings }
}
