/**
 * The command that was asked for: found, run and, where it can't go on, ended as the README says.
 */
import { type CommandDef, runCommand, type SubCommandsDef } from 'citty'
import { printable } from '../../log'
import { exitCodes, giveUp, StartFailure } from '../../runtime/process/exit'
import { version } from '../../version'
import { refuseUnknownFlags } from './strict-flags'
import { usageOf } from './usage'

const asksForHelp = (words: readonly string[]) =>
  words.some((word) => word === '--help' || word === '-h')
const asksForVersion = (word: string | undefined) => word === '--version' || word === '-v'

/** `suited --port 9000` means `suited serve --port 9000`. */
const withCommand = (words: readonly string[], standard: string): readonly string[] =>
  words[0] === undefined || words[0].startsWith('-') ? [standard, ...words] : words

const show = async (text: Promise<string>) => {
  process.stdout.write(`${await text}\n`)
}

interface Found {
  readonly command: CommandDef
  /** The names above its own: `suited`, `suited keys`. */
  readonly parent: string
  /** What follows its name. */
  readonly rest: readonly string[]
}

/** The command that words name, below another one too. */
const find = async (
  commands: SubCommandsDef,
  [name = '', ...rest]: readonly string[],
  parent: string,
): Promise<Found> => {
  // Names come from outside: `suited toString` is no command.
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) {
    return giveUp(exitCodes.badUsage, `There is no command "${name}". See ${parent} --help.`)
  }
  const command = await (typeof load === 'function' ? load() : load)
  const below = command.subCommands as SubCommandsDef | undefined
  const [next] = rest
  if (below === undefined || (next !== undefined && asksForHelp([next]))) {
    return { command, parent, rest }
  }
  const path = `${parent} ${name}`
  if (next === undefined) {
    const names = Object.keys(below).join(', ')
    return giveUp(exitCodes.badUsage, `Say which: ${names}. See ${path} --help.`)
  }
  refuseUnknownFlags(
    path,
    [next].filter((word) => word.startsWith('-')),
    {},
  )
  return find(below, rest, path)
}

const run = async (
  main: CommandDef & { readonly default: string },
  commands: SubCommandsDef,
  words: readonly string[],
): Promise<void> => {
  const { columns } = process.stdout
  const [first] = words
  if (asksForVersion(first)) {
    if (words.length > 1) {
      return giveUp(exitCodes.badUsage, `${first} stands alone. See suited --help.`)
    }
    process.stdout.write(`${version}\n`)
    return
  }
  if (first !== undefined && asksForHelp([first])) {
    await show(usageOf({ ...main, subCommands: commands }, { columns }))
    return
  }
  const asked = withCommand(words, main.default)
  const { command, parent, rest } = await find(commands, asked, 'suited')
  if (asksForHelp(rest)) {
    await show(usageOf(command, { parent, columns }))
    return
  }
  // Before citty looks: it names a missing word and overlooks a flag that means nothing.
  const { args } = command
  const named = ['suited', ...asked.slice(0, asked.length - rest.length)].join(' ')
  refuseUnknownFlags(named, rest, (await (typeof args === 'function' ? args() : args)) ?? {})
  try {
    await runCommand(command, { rawArgs: [...rest] })
  } catch (error) {
    // What citty finds wrong before the command begins: a word that is missing.
    if (error instanceof Error && error.name === 'CLIError') {
      return giveUp(exitCodes.badUsage, `${error.message}. See ${named} --help.`)
    }
    throw error
  }
}

/** Ends this process as a command that could not go on. */
const end = ({ exitCode, message }: StartFailure): never => {
  // Parts of it may come from a service or a file.
  for (const line of message.split('\n')) process.stderr.write(`${printable(line)}\n`)
  process.exit(exitCode)
}

/**
 * @param commands the name of each, and what loads it
 * @param words what was typed after the program's name
 */
export const dispatch = async (
  main: CommandDef & { readonly default: string },
  commands: SubCommandsDef,
  words: readonly string[],
): Promise<void> => {
  try {
    await run(main, commands, words)
  } catch (error) {
    if (error instanceof StartFailure) end(error)
    throw error
  }
}
