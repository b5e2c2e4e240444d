/**
 * The settings of this process: its flags, its environment, its environment file, its configuration
 * file.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { type Config, readConfig } from '../../config/config'
import { parseEnvFile } from '../../config/env-file'
import type { Problem } from '../../config/place'
import { type SettingName, settings } from '../../config/settings'
import { flagOf } from '../../config/sources'
import { tomlMistake } from '../../config/toml-mistake'
import { fail, type Result } from '../../errors'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { counted } from '../../wording'
import { type PartName, partOf, settingsUsedBy } from './command-settings'
import { realPath } from './real-path'

const standardFile = '/etc/suited/suited.toml'

const flagFor = (name: SettingName): ArgsDef[string] => {
  const { about, fallback } = settings[name]
  const standard = fallback === null ? '' : ` [${fallback}]`
  return { type: 'string', description: `${about}${standard} (${name})` }
}

const isSecret = (name: SettingName) => 'secret' in settings[name]

const fileFlags = {
  config: { type: 'string', valueHint: 'FILE', description: `A TOML file; else ${standardFile}.` },
  'env-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'Variables as in an EnvironmentFile of systemd; the environment counts before it.',
  },
} satisfies ArgsDef

/**
 * A flag for every setting of a command that is no secret: others on a machine see a process's
 * flags.
 */
export const settingFlags = (command: PartName | 'serve'): ArgsDef => ({
  ...fileFlags,
  ...Object.fromEntries(
    settingsUsedBy(command)
      .filter((name) => !isSecret(name))
      .map((name) => [flagOf(name), flagFor(name)]),
  ),
})

/** The secret settings of a command, which no flag can name. */
export const secretsUsedBy = (command: string): readonly SettingName[] =>
  settingsUsedBy(command).filter(isSecret)

type Flags = Readonly<Record<string, string | undefined>>
type Environment = Readonly<Record<string, string | undefined>>

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'setting' in value && 'problem' in value

const readText = (path: string): string | Problem => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { setting: path, problem: `can't be read (${code})` }
  }
}

const parseFile = (path: string | undefined): Record<string, unknown> | Problem | null => {
  const chosen = path ?? (existsSync(standardFile) ? standardFile : null)
  if (chosen === null) return null
  const text = readText(chosen)
  if (isProblem(text)) return text
  const mistake = tomlMistake(text, Bun.TOML.parse)
  if (mistake === null) return Bun.TOML.parse(text) as Record<string, unknown>
  const { line, problem } = mistake
  return { setting: chosen, problem: `is not valid TOML: line ${line} ${problem}` }
}

/** What systemd would give to the service beside what this process has, which counts first. */
const withEnvFile = (env: Environment, path: string | undefined): Environment | Problem => {
  if (path === undefined) return env
  const text = readText(path)
  if (isProblem(text)) return text
  const { variables, leftOut } = parseEnvFile(text)
  for (const { line, problem } of leftOut) {
    process.stderr.write(`${path}: line ${line} ${problem}, and is left out.\n`)
  }
  return { ...variables, ...env }
}

/**
 * The environment of a command that has `--env-file`.
 *
 * @throws {StartFailure} that file can't be used
 */
export const environmentOf = (flags: Flags): Environment => {
  const env = withEnvFile(process.env, flags['env-file']?.trim() || undefined)
  return isProblem(env) ? giveUp(exitCodes.badSettings, describeProblems([env])) : env
}

/** Every mistake on its own line, by name, never with its value. */
export const describeProblems = (problems: readonly Problem[]): string =>
  [
    `suited can't start: ${problems.length === 1 ? 'one setting is' : `${counted(problems.length, 'setting')} are`} wrong.`,
    ...problems.map(({ setting, problem }) => `  ${setting} ${problem}`),
  ].join('\n')

/**
 * The configuration as flags, environment and files say now.
 *
 * @param command the one that reads it: what that doesn't use isn't looked at
 */
export const readSettings = (
  flags: Flags,
  command: PartName | 'serve' = 'serve',
): Result<Config, readonly Problem[]> => {
  const env = withEnvFile(process.env, flags['env-file']?.trim() || undefined)
  if (isProblem(env)) return fail([env])
  const file = parseFile(flags.config?.trim() || env.SUITED_CONFIG?.trim() || undefined)
  // Without it nobody can tell what is missing: that it can't be read is all there is to say.
  if (isProblem(file)) return fail([file])
  const readFile = (path: string) => readFileSync(path, 'utf8')
  const part = command === 'serve' ? null : partOf(command)
  return readConfig({ flags, env, file, readFile, realPath }, part)
}

/**
 * The configuration that was read.
 *
 * @throws {StartFailure} settings are wrong; it tells everything that is
 */
export const configOf = (read: Result<Config, readonly Problem[]>): Config =>
  read.ok ? read.value : giveUp(exitCodes.badSettings, describeProblems(read.reason))
