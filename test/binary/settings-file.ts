/** A configuration file as its operator writes it, and the signal that has it read again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogLine, Suited } from './suited'
import { until } from './until'

export type Table = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>

export interface FileContent {
  readonly top?: Table
  readonly provider?: Table
  readonly suites?: readonly Table[]
}

const lines = (table: Table): string =>
  Object.entries(table)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('')

const tomlOf = ({ top = {}, provider, suites = [] }: FileContent): string =>
  [
    lines(top),
    ...(provider ? [`[provider]\n${lines(provider)}`] : []),
    ...suites.map((suite) => `[[suites]]\n${lines(suite)}`),
  ].join('\n')

/** Writes `suited.toml` into a folder; returns its path. */
export const writeSettings = (folder: string, content: FileContent | string): string => {
  const path = join(folder, 'suited.toml')
  writeFileSync(path, typeof content === 'string' ? content : tomlOf(content))
  return path
}

/** What the log says from the signal on until the settings were read again, or refused. */
export const hangUp = (suited: Suited): Promise<LogLine[]> => {
  const before = suited.logs().length
  suited.process.signal('SIGHUP')
  return until('the settings to be read again', () => {
    const said = suited.logs().slice(before)
    const ended = said.some(({ message }) => /^the settings (were read|are wrong)/.test(message))
    return ended ? said : null
  })
}
