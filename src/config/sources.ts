/** Where the settings' texts come from: flags before environment before file. Pure but for `readFile`. */
import { fail, type Result, succeed } from '../errors'
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
}

export interface Texts {
  /** Trimmed; a blank one counts as unset. */
  readonly texts: ReadonlyMap<SettingName, { readonly text: string; readonly from: string }>
  readonly suiteTables: readonly Readonly<Record<string, unknown>>[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

export const flagOf = (name: SettingName): string => fileKey(name).replaceAll('_', '-')

/** A table's own keys that are settings under shorter names. */
const providerKeys: Readonly<Record<string, SettingName>> = {
  corpid: 'WECOM_PROVIDER_CORPID',
  secret: 'WECOM_PROVIDER_SECRET',
  system_token: 'WECOM_SYSTEM_TOKEN',
  system_encoding_aes_key: 'WECOM_SYSTEM_ENCODING_AES_KEY',
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A file's value as the text that the same setting would have in the environment. */
export const textOfToml = (value: unknown): string | null => {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.map(String).join(',')
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

/** The known name that an unknown one was probably meant to be. */
const nearest = (name: string): string | undefined => {
  const letters = (text: string) => [...text.replaceAll('_', '')].sort().join('')
  return settingNames.find((known) => letters(known) === letters(name) || known.startsWith(name))
}

export const collectTexts = (sources: Sources): Texts => {
  const texts = new Map<SettingName, { text: string; from: string }>()
  const problems: Problem[] = []
  const warnings: string[] = []

  const take = (name: SettingName, from: string, text: string | undefined, path?: string) => {
    const trimmed = text?.trim() ?? ''
    if (trimmed !== '' && path !== undefined && path !== '') {
      problems.push({ setting: from, problem: 'is set twice: itself and as a file' })
    }
    if (texts.has(name)) return
    if (trimmed !== '') texts.set(name, { text: trimmed, from })
    else if (path !== undefined && path.trim() !== '') {
      const read = readSecretFile(path.trim(), sources.readFile)
      if (read.ok) texts.set(name, { text: read.value, from })
      else problems.push({ setting: `${from} (its file)`, problem: read.reason })
    }
  }

  const takeTable = (
    table: Readonly<Record<string, unknown>>,
    where: string,
    names: Readonly<Record<string, SettingName>>,
  ) => {
    for (const [key, name] of Object.entries(names)) {
      const own = table[key]
      const path = table[`${key}_file`]
      if (own === undefined && path === undefined) continue
      const text = own === undefined ? '' : textOfToml(own)
      if (text === null) problems.push({ setting: where + key, problem: 'must be a single value' })
      else take(name, where + key, text, textOfToml(path) ?? undefined)
    }
    for (const key of Object.keys(table)) {
      const known = key.replace(/_file$/, '') in names || key === 'suites' || key === 'provider'
      if (!known) problems.push({ setting: where + key, problem: 'is not a setting of suited' })
    }
  }

  for (const name of settingNames) take(name, `--${flagOf(name)}`, sources.flags[flagOf(name)])
  for (const name of settingNames) {
    take(name, name, sources.env[name], sources.env[`${name}_FILE`])
  }
  for (const name of Object.keys(sources.env)) {
    const ours = /^(SUITED|WECOM)_/.test(name) && name !== 'SUITED_CONFIG'
    if (!ours || (settingNames as string[]).includes(name.replace(/_FILE$/, ''))) continue
    const meant = nearest(name)
    warnings.push(`${name} is not a setting of suited${meant ? `: did you mean ${meant}?` : '.'}`)
  }

  const file = sources.file ?? {}
  takeTable(file, '', Object.fromEntries(settingNames.map((name) => [fileKey(name), name])))
  if (file.provider !== undefined) {
    if (isTable(file.provider)) takeTable(file.provider, 'provider.', providerKeys)
    else problems.push({ setting: 'provider', problem: 'must be a table: [provider]' })
  }
  const tables = file.suites ?? []
  const suiteTables = Array.isArray(tables) ? tables.filter(isTable) : []
  if (!Array.isArray(tables) || suiteTables.length !== tables.length) {
    problems.push({ setting: 'suites', problem: 'must be tables: [[suites]]' })
  }
  if (suiteTables.length > 0) {
    for (const name of suiteSettings) {
      const from = texts.get(name)?.from
      if (from === undefined) continue
      const problem = "stands beside [[suites]]: a suite's own settings belong into its table"
      problems.push({ setting: from, problem })
    }
  }
  return { texts, suiteTables, problems, warnings }
}
