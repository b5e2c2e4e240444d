/** Settings from nowhere but the test, and what becomes of them. */
import { type Config, readConfig } from '../../src/config/config'
import type { Problem } from '../../src/config/place'

export const token = 'QDG6eK'
export const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'
export const otherToken = 'hJqcu3uJ9Tn2gXPm'
export const otherEncodingAesKey = '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt'

/** The least that the service starts with. */
export const pair = { WECOM_TOKEN: token, WECOM_ENCODING_AES_KEY: encodingAesKey }

export interface Given {
  readonly flags?: Readonly<Record<string, string>>
  /** By default the pair alone. */
  readonly env?: Readonly<Record<string, string>>
  /** The text of the configuration file. */
  readonly toml?: string
  /** The files that `_FILE` settings may name, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Where paths lead that are links; all others lead where they say. */
  readonly links?: Readonly<Record<string, string>>
}

const noSuchFile = (path: string) =>
  Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })

export const read = ({ flags = {}, env = pair, toml, files = {}, links = {} }: Given) =>
  readConfig({
    flags,
    env,
    file: toml === undefined ? null : (Bun.TOML.parse(toml) as Record<string, unknown>),
    readFile: (path) => {
      const text = files[path]
      if (text === undefined) throw noSuchFile(path)
      return text
    },
    realPath: (path) => links[path] ?? path,
  })

/** The configuration; the test fails if there is none. */
export const accepted = (given: Given): Config => {
  const result = read(given)
  if (!result.ok)
    throw new Error(result.reason.map((one) => Object.values(one).join(' ')).join('\n'))
  return result.value
}

/** Everything that is wrong; empty where nothing is. */
export const problemsOf = (given: Given): readonly Problem[] => {
  const result = read(given)
  return result.ok ? [] : result.reason
}

/** The names of the settings that are wrong, in alphabetical order. */
export const wrongSettings = (given: Given): string[] =>
  problemsOf(given)
    .map(({ setting }) => setting)
    .sort()
