/**
 * The sources of the settings, flags before environment before file, and the texts that they give.
 */
import { askIfMeant, nearestName } from './nearest'
import {
  type GivenTexts,
  isTable,
  type Place,
  type Problem,
  type ReadFile,
  readPlaces,
  type Table,
  unknownKeys,
} from './place'
import { fileKey, type SettingName, settingNames, suiteSettings } from './settings'

export interface Sources {
  /** By flag name without its dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration file, parsed; null if there is none. */
  readonly file: Table | null
  readonly readFile: ReadFile
  /** Where a path leads: absolute, links followed as far as it exists. Never throws. */
  realPath(path: string): string
}

export interface CollectedTexts extends GivenTexts<SettingName> {
  readonly suiteTables: readonly Table[]
  readonly endpointTables: readonly Table[]
  readonly warnings: readonly string[]
}

export const flagOf = (name: SettingName): string => fileKey(name).replaceAll('_', '-')

const named = (nameHere: (name: SettingName) => string): Record<string, SettingName> =>
  Object.fromEntries(settingNames.map((name) => [nameHere(name), name]))

const flagNames = named(flagOf)
const variables = named((name) => name)
const topKeys = named(fileKey)

/** The keys of the provider's table, which are shorter. */
export const providerKeys: Readonly<Record<string, SettingName>> = {
  corpid: 'WECOM_PROVIDER_CORPID',
  secret: 'WECOM_PROVIDER_SECRET',
  login: 'WECOM_PROVIDER_LOGIN',
  system_token: 'WECOM_SYSTEM_TOKEN',
  system_encoding_aes_key: 'WECOM_SYSTEM_ENCODING_AES_KEY',
}

/** The tables that the file may have beside its settings. */
const tableKeys = ['suites', 'endpoints', 'provider']

type SettingsPlace = Place<SettingName>

const placeOfFlags = (flags: Table): SettingsPlace => ({
  values: flags,
  names: flagNames,
  fileEnding: null,
  shown: (own) => `--${own}`,
})

const placeOfEnvironment = (env: Table): SettingsPlace => ({
  values: env,
  names: variables,
  fileEnding: '_FILE',
  shown: (own) => own,
})

const placeOfFile = (file: Table): SettingsPlace => ({
  values: file,
  names: topKeys,
  fileEnding: '_file',
  shown: (own) => own,
})

const placeOfProvider = (provider: Table): SettingsPlace => ({
  values: provider,
  names: providerKeys,
  fileEnding: '_file',
  shown: (own) => `provider.${own}`,
})

/**
 * What deserves a word in the environment: a name that is nearly one of ours may be meant for
 * another program.
 */
const warningsOf = (env: Table): string[] =>
  Object.keys(env).flatMap((name) => {
    const own = name.replace(/_FILE$/, '')
    const isOurs = /^(SUITED|WECOM)_/.test(name) && name !== 'SUITED_CONFIG'
    if (!isOurs || Object.hasOwn(variables, own)) return []
    const meant = nearestName(own, [...settingNames, 'SUITED_CONFIG'])
    return [`${name} is not a setting of suited${askIfMeant(meant) || '.'}`]
  })

/** The settings that a key of the file may stand for. */
const settingsMeantBy = (place: SettingsPlace, key: string): readonly SettingName[] => {
  if (key === 'suites') return suiteSettings
  const name = place.names[key]
  return name === undefined ? [] : [name]
}

const isIn = (table: Table, key: string): boolean =>
  table[key] !== undefined || table[`${key}_file`] !== undefined

const problemsOfProvider = (file: Table): Problem[] => {
  const { provider } = file
  if (provider === undefined) return []
  if (!isTable(provider)) {
    return [{ setting: 'provider', problem: 'must be a table: [provider]' }]
  }
  return Object.entries(providerKeys)
    .filter(([key, name]) => isIn(provider, key) && isIn(file, fileKey(name)))
    .map(([key, name]) => ({
      setting: `provider.${key}`,
      problem: `is set twice: here and as ${fileKey(name)}`,
    }))
}

/** The tables of a key that stands for several, and whether it has nothing else. */
const tablesOf = (file: Table | null, key: string): { tables: Table[]; areTables: boolean } => {
  const given: unknown = file?.[key] ?? []
  const tables = Array.isArray(given) ? given.filter(isTable) : []
  return { tables, areTables: Array.isArray(given) && tables.length === given.length }
}

/** The texts of all settings, and the tables of suites and endpoints. */
export const collectTexts = ({ flags, env, file, readFile }: Sources): CollectedTexts => {
  const top = placeOfFile(file ?? {})
  const provider = placeOfProvider(isTable(file?.provider) ? file.provider : {})
  const places = [placeOfFlags(flags), placeOfEnvironment(env), top, provider]
  const { texts, unreadable, problems } = readPlaces(places, readFile)

  const unknown = [
    ...unknownKeys(top, 'suited', tableKeys).map((one) => ({ ...one, place: top })),
    ...unknownKeys(provider, 'suited').map((one) => ({ ...one, place: provider })),
  ]
  const misspelt = unknown.flatMap(({ meant, place }) =>
    meant === undefined ? [] : settingsMeantBy(place, meant),
  )

  const { tables: suiteTables, areTables } = tablesOf(file, 'suites')
  const endpoints = tablesOf(file, 'endpoints')
  const besideTables =
    suiteTables.length === 0 ? [] : suiteSettings.flatMap((name) => texts.get(name)?.from ?? [])

  return {
    texts,
    unreadable: new Set([...unreadable, ...misspelt, ...(areTables ? [] : suiteSettings)]),
    suiteTables,
    endpointTables: endpoints.tables,
    problems: [
      ...problems,
      ...unknown.map(({ problem }) => problem),
      ...problemsOfProvider(file ?? {}),
      ...(areTables ? [] : [{ setting: 'suites', problem: 'must be tables: [[suites]]' }]),
      ...(endpoints.areTables
        ? []
        : [{ setting: 'endpoints', problem: 'must be tables: [[endpoints]]' }]),
      ...besideTables.map((setting) => ({
        setting,
        problem: "stands beside [[suites]]: a suite's own settings belong into its table",
      })),
    ],
    warnings: warningsOf(env),
  }
}
