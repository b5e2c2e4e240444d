/** The settings of this process: its flags, its environment, its configuration file. */
import { existsSync, readFileSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { type Config, readConfig } from '../config/config'
import { settingNames, settings } from '../config/settings'
import { flagOf, type Problem } from '../config/sources'
import { fail, type Result } from '../errors'
import { exitCodes } from './exit'
import { realPath } from './real-path'

const standardFile = '/etc/suited/suited.toml'

/** A flag for every setting that is no secret: other users of a machine see a process's flags. */
export const settingFlags: ArgsDef = {
  config: { type: 'string', valueHint: 'FILE', description: `A TOML file; else ${standardFile}.` },
  ...Object.fromEntries(
    settingNames
      .filter((name) => !('secret' in settings[name]))
      .map((name) => {
        const { about, fallback } = settings[name]
        const standard = fallback === null ? '' : ` [${fallback}]`
        return [flagOf(name), { type: 'string', description: `${about}${standard} (${name})` }]
      }),
  ),
}

const parseFile = (path: string | undefined): Record<string, unknown> | Problem | null => {
  const chosen = path ?? (existsSync(standardFile) ? standardFile : null)
  if (chosen === null) return null
  let text: string
  try {
    text = readFileSync(chosen, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { setting: chosen, problem: `can't be read (${code})` }
  }
  try {
    return Bun.TOML.parse(text) as Record<string, unknown>
  } catch {
    return { setting: chosen, problem: 'is not valid TOML' }
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'setting' in value && 'problem' in value

/** Every mistake on its own line, by name, never with its value. */
export const describeProblems = (problems: readonly Problem[]): string =>
  [
    `suited can't start: ${problems.length === 1 ? 'one setting is' : `${problems.length} settings are`} wrong.`,
    ...problems.map(({ setting, problem }) => `  ${setting} ${problem}`),
    '',
  ].join('\n')

/** The configuration as flags, environment and file say now. */
export const readSettings = (
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Result<Config, readonly Problem[]> => {
  const file = parseFile(flags.config?.trim() || env.SUITED_CONFIG?.trim() || undefined)
  // Without it nobody can tell what is missing: that it can't be read is all there is to say.
  if (isProblem(file)) return fail([file])
  return readConfig({
    flags,
    env,
    file,
    readFile: (path) => readFileSync(path, 'utf8'),
    realPath,
  })
}

/** The configuration, or the end of this process with everything that is wrong with it. */
export const exitOnProblems = (read: Result<Config, readonly Problem[]>): Config => {
  if (read.ok) return read.value
  process.stderr.write(describeProblems(read.reason))
  return process.exit(exitCodes.badSettings)
}
