/** The help of a command: what it takes and what it reads, in columns that fit a terminal. */
import type { ArgDef, CommandDef } from 'citty'
import { type SettingName, settings } from '../../config/settings'
import { version } from '../../version'
import { secretsUsedBy } from './read-settings'
import { bold, columnsOf, cyan, dim } from './terminal'

const widest = 100
/** The widest column of names; longer ones stand on a line of their own. */
const nameColumns = 30

/** Words in lines of at most so many columns; a word that is longer has a line of its own. */
export const wrapped = (text: string, columns: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const aboutOf = (name: SettingName): string => settings[name].about

type Row = readonly [name: string, about: string]

const table = (title: string, rows: readonly Row[], columns: number): string[] => {
  if (rows.length === 0) return []
  const fitting = rows.map(([name]) => columnsOf(name)).filter((width) => width <= nameColumns)
  const indent = 2 + Math.max(0, ...fitting) + 2
  const lines = rows.flatMap(([name, about]) => {
    const [first = '', ...more] = wrapped(about, columns - indent)
    const rest = more.map((line) => ' '.repeat(indent) + line)
    return columnsOf(name) + 4 > indent
      ? [`  ${cyan(name)}`, ' '.repeat(indent) + first, ...rest]
      : [`  ${cyan(name)}${' '.repeat(indent - 2 - columnsOf(name))}${first}`, ...rest]
  })
  return [bold(title), '', ...lines, '']
}

const hintOf = (name: string, { valueHint, type }: ArgDef): string =>
  type === 'string' ? `=<${valueHint ?? name.replaceAll('-', '_').toUpperCase()}>` : ''

const standardOf = ({ default: standard }: ArgDef): string =>
  standard === undefined ? '' : ` [${standard}]`

const describe = (def: ArgDef): string => `${def.description ?? ''}${standardOf(def)}`

/** @param columns of the terminal; 100 are the most that are used */
export const usageOf = async (
  command: CommandDef,
  of: { readonly parent?: string; readonly columns?: number | undefined } = {},
): Promise<string> => {
  const columns = Math.min(widest, of.columns || widest)
  const meta = await (typeof command.meta === 'function' ? command.meta() : command.meta)
  const args = Object.entries(
    (await (typeof command.args === 'function' ? command.args() : command.args)) ?? {},
  ) as [string, ArgDef][]
  const subCommands = Object.entries(command.subCommands ?? {})
  const own = meta?.name ?? ''
  const name = of.parent === undefined ? own : `${of.parent} ${own}`

  const words = args.filter(([, { type }]) => type === 'positional')
  const flags = args.filter(([, { type, description }]) => type !== 'positional' && description)
  const wordNames = words.map(([word, { required }]) =>
    required === false ? `[${word.toUpperCase()}]` : `<${word.toUpperCase()}>`,
  )
  const takes = [
    ...(flags.length > 0 ? ['[OPTIONS]'] : []),
    ...wordNames,
    ...(subCommands.length > 0 ? ['[COMMAND]'] : []),
  ]
  const commands: Row[] = await Promise.all(
    subCommands.map(async ([key, load]): Promise<Row> => {
      const loaded = await (typeof load === 'function' ? load() : load)
      const about = await (typeof loaded.meta === 'function' ? loaded.meta() : loaded.meta)
      return [key, about?.description ?? '']
    }),
  )
  // Those of a command below another one are that one's.
  const secrets =
    subCommands.length > 0 ? [] : secretsUsedBy(name.split(' ').slice(1).join(' ') || own)
  return [
    ...wrapped(`${meta?.description ?? ''} (${name} v${version})`, columns).map(dim),
    '',
    `${bold('USAGE')} ${cyan([name, ...takes].join(' '))}`,
    '',
    ...table(
      'ARGUMENTS',
      words.map(([word, def]): Row => [word.toUpperCase(), describe(def)]),
      columns,
    ),
    ...table(
      'OPTIONS',
      flags.map(([flag, def]): Row => [`--${flag}${hintOf(flag, def)}`, describe(def)]),
      columns,
    ),
    ...table(
      'SECRETS, from the environment or a file alone',
      secrets.map((secret): Row => [secret, aboutOf(secret)]),
      columns,
    ),
    ...table('COMMANDS', commands, columns),
    ...(commands.length > 0
      ? [
          ...(of.parent === undefined
            ? [
                `${cyan(`${name} COMMAND --help`)} tells more of a command, ${cyan(`${name} --version`)} the version.`,
                'Without a command it is serve.',
              ]
            : [`${cyan(`${name} COMMAND --help`)} tells more of a command.`]),
          '',
        ]
      : []),
  ].join('\n')
}
