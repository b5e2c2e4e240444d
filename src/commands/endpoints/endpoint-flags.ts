/** What commands on endpoints take, and the request that they make of it. */
import { readFileSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { items } from '../../web-address'
import { settingFlags } from '../cli/read-settings'
import type { Flags } from './endpoint-service'

/** What every command on endpoints takes. */
export const common = {
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
  ...settingFlags('endpoints'),
} satisfies ArgsDef

export const which = {
  name: { type: 'positional', required: true, description: 'The name of the endpoint.' },
} satisfies ArgsDef

export type Named = Flags & { name: string }

/** A word for the person, on stderr. */
export const tell = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`)
}

export const endpointFlags = {
  types: {
    type: 'string',
    description: 'Types of events, with commas: create_auth,event.*; all takes every type.',
  },
  suites: { type: 'string', description: 'Keys of suites, with commas; all takes every suite.' },
  corps: { type: 'string', description: 'Corpids, with commas; all takes every company.' },
  order: { type: 'string', description: 'corp: one at a time for each company; or none.' },
  replies: { type: 'string', description: 'true: its answer to a message becomes the reply.' },
  private: { type: 'string', description: 'true: it may be at a private address.' },
  'max-per-second': { type: 'string', valueHint: 'N', description: 'Attempts a second; or any.' },
  concurrency: { type: 'string', valueHint: 'N', description: 'Attempts at one time.' },
  'secret-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'A file with the whsec_… secret that signs; without it one is made.',
  },
} satisfies ArgsDef

/** A whole number, or the end of the command. */
export const numberIn = (flag: string, text: string, least: number): number =>
  /^\d{1,15}$/.test(text) && Number(text) >= least
    ? Number(text)
    : giveUp(exitCodes.badUsage, `--${flag} wants a whole number from ${least} on.`)

const listOrAll = (text: string): string[] | null => (text === 'all' ? null : items(text))

const booleanIn = (flag: string, text: string): boolean =>
  text === 'true' || text === 'false'
    ? text === 'true'
    : giveUp(exitCodes.badUsage, `--${flag} wants true or false.`)

const secretIn = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return giveUp(exitCodes.badUsage, 'The file that --secret-file names can’t be read.')
  }
}

/**
 * The fields of a request that flags name; those that nobody gave are not there.
 *
 * @throws {StartFailure} a flag is not what it may be
 */
export const fieldsOf = (flags: Flags): Record<string, unknown> => {
  const { types, suites, corps, order, replies, concurrency } = flags
  const mostPerSecond = flags['max-per-second']
  const file = flags['secret-file']
  return {
    ...(types !== undefined && { types: listOrAll(types) }),
    ...(suites !== undefined && { suites: listOrAll(suites) }),
    ...(corps !== undefined && { corps: listOrAll(corps) }),
    ...(order !== undefined && { order }),
    ...(replies !== undefined && { replies: booleanIn('replies', replies) }),
    ...(flags.private !== undefined && { private: booleanIn('private', flags.private) }),
    ...(mostPerSecond !== undefined && {
      maxPerSecond: mostPerSecond === 'any' ? null : numberIn('max-per-second', mostPerSecond, 1),
    }),
    ...(concurrency !== undefined && { concurrency: numberIn('concurrency', concurrency, 1) }),
    ...(file !== undefined && { secret: secretIn(file) }),
  }
}
