/**
 * The settings that one command uses, and reads alone. What is wrong with others is not its
 * business.
 */
import { isTable, type Table } from './place'
import { fileKey, type SettingName } from './settings'
import { providerKeys, type Sources } from './sources'

export interface Part {
  readonly names: readonly SettingName[]
  /** Whether it wants to know the suites; their callback secrets it never does. */
  readonly suites: boolean
}

const suiteKeys = [
  'key',
  'default',
  'kind',
  'id',
  'secret',
  'trusted_domains',
  'receive_id_empty',
  'observe',
] as const

const only = <T>(table: Readonly<Record<string, T>>, keys: readonly string[], file: string) =>
  Object.fromEntries(
    Object.entries(table).filter(
      ([key]) => keys.includes(key) || (key.endsWith(file) && keys.includes(key.slice(0, -5))),
    ),
  )

const partOfFile = (file: Table, { names, suites }: Part): Table => {
  const own = Object.entries(providerKeys).filter(([, name]) => names.includes(name))
  const ownKeys = own.map(([key]) => key)
  const { provider } = file
  return {
    ...only(file, names.map(fileKey), '_file'),
    ...(isTable(provider) && own.length > 0 && { provider: only(provider, ownKeys, '_file') }),
    ...(suites &&
      Array.isArray(file.suites) && {
        suites: file.suites.map((suite: unknown) =>
          isTable(suite) ? only(suite, suiteKeys, '_file') : suite,
        ),
      }),
  }
}

/** The same sources with nothing in them but what belongs to the part. */
export const sourcesOfPart = (sources: Sources, part: Part): Sources => ({
  ...sources,
  env: only(sources.env, part.names, '_FILE'),
  file: sources.file && partOfFile(sources.file, part),
})
