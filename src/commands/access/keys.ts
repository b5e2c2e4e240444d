/**
 * `suited keys`: the API keys, listed, made, rotated and revoked. A key is all that stdout gets.
 */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { dayMs } from '../../clock'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { type KeyScope, keyScopes } from '../../store/api-keys'
import { moment } from '../../wording'
import { configOf, readSettings, settingFlags } from '../cli/read-settings'
import { say } from '../cli/terminal'
import { keyLines } from './key-lines'
import { type Keys, openKeys } from './open-keys'

type Flags = Readonly<Record<string, string | undefined>>

const common = {
  url: {
    type: 'string',
    description: 'The running service; else the data folder or database is asked.',
  },
  ...settingFlags('keys'),
} satisfies ArgsDef

const which = {
  key: { type: 'positional', required: true, description: 'Its id or its name.' },
} satisfies ArgsDef

const open = (flags: Flags, mayMakeFolder = false): Promise<Keys> =>
  openKeys(configOf(readSettings(flags, 'keys')), { url: flags.url, mayMakeFolder })

const tell = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`)
}

const listIn = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '')

/** A whole number, or the end of the command. */
const numberIn = (flag: string, text: string | undefined, least: number): number | null => {
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
  return giveUp(exitCodes.badUsage, `--${flag} wants a whole number from ${least} on.`)
}

/** The key that somebody means: a name counts for the one that is not revoked. */
const find = async (keys: Keys, named: string) => {
  const all = await keys.list()
  const found =
    all.find(({ id }) => id === named) ??
    all.find(({ name, status }) => name === named && status !== 'revoked')
  if (found) return found
  await keys.close()
  return giveUp(
    exitCodes.failed,
    'There is no key of this id, nor one of this name that is not revoked. suited keys list shows all.',
  )
}

const list = defineCommand({
  meta: { name: 'list', description: 'All API keys: rights, limits, last use, how they stand.' },
  args: {
    json: { type: 'boolean', description: 'As GET /api/keys has them, one a line.' },
    ...common,
  },
  async run({ args: flags }) {
    const { json, ...given } = flags as unknown as Flags & { json?: boolean }
    const keys = await open(given)
    const all = await keys.list()
    await keys.close()
    const lines = json ? all.map((key) => JSON.stringify(key)) : keyLines(all, keys.now())
    for (const line of lines) say(json ? printable(line) : line)
  },
})

const create = defineCommand({
  meta: { name: 'create', description: 'Makes an API key and prints it, this once.' },
  args: {
    name: { type: 'positional', required: true, description: 'What it is for, as crm.' },
    scopes: { type: 'string', description: `Comma-separated: ${keyScopes.join(', ')}.` },
    suites: { type: 'string', description: 'Keys of the suites that it is for; else all.' },
    corps: { type: 'string', description: 'Corpids of the companies that it is for; else all.' },
    methods: { type: 'string', description: 'HTTP methods of proxied calls; else all.' },
    paths: {
      type: 'string',
      description: 'Paths of proxied calls, as /cgi-bin/user/ or contacts:read; else all.',
    },
    'per-minute': {
      type: 'string',
      valueHint: 'N',
      description: 'Requests a minute; else any number.',
    },
    days: { type: 'string', valueHint: 'N', description: 'It ends after so many; else never.' },
    ...common,
  },
  async run({ args }) {
    const flags = args as unknown as Flags & { name: string }
    const perMinute = numberIn('per-minute', flags['per-minute'], 1)
    const days = numberIn('days', flags.days, 1)
    const scopes = listIn(flags.scopes) ?? []
    const wrong = scopes.length === 0 || scopes.some((one) => !keyScopes.includes(one as KeyScope))
    if (wrong) giveUp(exitCodes.badUsage, `--scopes wants some of ${keyScopes.join(', ')}.`)
    const keys = await open(flags, true)
    const { id, key } = await keys.create({
      name: flags.name,
      scopes: scopes as KeyScope[],
      suites: listIn(flags.suites),
      corps: listIn(flags.corps),
      methods: listIn(flags.methods),
      paths: listIn(flags.paths),
      perMinute,
      expiresAt: days === null ? null : keys.now() + days * dayMs,
    })
    await keys.close()
    tell(`${flags.name} has the id ${id}. The key is shown this once; only a hash of it is kept.`)
    say(key)
  },
})

const rotate = defineCommand({
  meta: { name: 'rotate', description: 'Gives a key a new secret and prints it, this once.' },
  args: {
    ...which,
    'grace-seconds': {
      type: 'string',
      default: '86400',
      valueHint: 'N',
      description: 'How long the present one counts too.',
    },
    ...common,
  },
  async run({ args }) {
    const flags = args as unknown as Flags & { key: string }
    const graceSeconds = numberIn('grace-seconds', flags['grace-seconds'], 0) ?? 0
    const keys = await open(flags)
    const { id, name } = await find(keys, flags.key)
    const { key, previousUntil } = await keys.rotate(id, graceSeconds)
    await keys.close()
    tell(
      graceSeconds === 0
        ? `${name} has a new secret; the one before counts no more.`
        : `${name} has a new secret; the one before counts until ${moment(previousUntil)}.`,
    )
    say(key)
  },
})

const revoke = defineCommand({
  meta: { name: 'revoke', description: 'Ends a key at once.' },
  args: { ...which, ...common },
  async run({ args }) {
    const flags = args as unknown as Flags & { key: string }
    const keys = await open(flags)
    const { id, name } = await find(keys, flags.key)
    await keys.revoke(id)
    await keys.close()
    tell(`${name} (${id}) is revoked.`)
  },
})

export default defineCommand({
  meta: {
    name: 'keys',
    description: 'API keys: what programs may do, instead of the admin token.',
  },
  subCommands: { list, create, rotate, revoke },
})
