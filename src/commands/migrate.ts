/** `suited migrate`: all state out of the store of the settings into another one. */
import { readFileSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { base64Key } from '../config/value'
import { reasonOf } from '../errors'
import type { MoveSource, MoveTarget, Target } from '../runtime/move/move-end'
import { moveSource, moveTarget } from '../runtime/move/open-ends'
import { type MoveOutcome, runMove } from '../runtime/move/run-move'
import { exitCodes, giveUp, StartFailure } from '../runtime/process/exit'
import { counted } from '../wording'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { say } from './cli/terminal'
import { quiet } from './state/open-state'

const args = {
  to: {
    type: 'string',
    valueHint: 'STORE',
    description: 'Where it goes: postgres://…, the path of a folder, or file for SUITED_DATA_DIR.',
  },
  'to-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'A file that says it: other users see the flags of a process.',
  },
  'key-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'The encryption key of where it goes; else SUITED_ENCRYPTION_KEY.',
  },
  'leave-damaged': {
    type: 'boolean',
    description: 'Goes on without what can’t be read, which it names.',
  },
  ...settingFlags('migrate'),
} satisfies ArgsDef

const firstLineOf = (path: string, flag: string): string => {
  try {
    return (readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '').trim()
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    return giveUp(exitCodes.badUsage, `The file of ${flag} can't be read (${code}).`)
  }
}

type Given = Readonly<Record<string, string | undefined>>

const storeIn = (given: Given): Pick<Target, 'to' | 'flag'> => {
  const { to, 'to-file': path } = given
  if (to !== undefined && path !== undefined) {
    return giveUp(exitCodes.badUsage, '--to and --to-file exclude each other.')
  }
  const flag = path === undefined ? '--to' : '--to-file'
  const store = path === undefined ? to?.trim() : firstLineOf(path, flag)
  if (store) return { to: store, flag }
  return giveUp(exitCodes.badUsage, 'Say where it goes: --to STORE, or --to-file FILE.')
}

const keyIn = ({ settings }: Config, path: string | undefined): Uint8Array | null => {
  if (path === undefined) return settings.SUITED_ENCRYPTION_KEY
  const key = base64Key(firstLineOf(path, '--key-file'))
  return key.ok ? key.value : giveUp(exitCodes.badUsage, `The key in --key-file ${key.reason}.`)
}

type Differing = Extract<MoveOutcome, { kind: 'differs' }>['differing']

const inLines = (differing: Differing): string =>
  differing
    .map(({ kind: { name }, one, other }) =>
      one === other
        ? `  ${name.many}: ${one}, not the same ones`
        : `  ${name.many}: ${one} here, ${other} there`,
    )
    .join('\n')

const damagedInLines = (damaged: readonly { what: string; problem: string }[]): string =>
  damaged.map(({ what, problem }) => `  ${what}: ${problem}`).join('\n')

const countsOf = ({ survey }: Extract<MoveOutcome, { survey: unknown }>): string =>
  survey.counts
    .map(({ kind: { name }, fingerprint: { count } }) => counted(count, name.one, name.many))
    .join(', ')

/** What became of it, in words; the exit code of what failed. */
const tell = (outcome: MoveOutcome, from: string, to: string): void => {
  switch (outcome.kind) {
    case 'was_there':
      say(`Everything in ${from} is in ${to} already: ${countsOf(outcome)}. Nothing was written.`)
      return
    case 'moved':
      say(`Moved from ${from} to ${to}, and found there again: ${countsOf(outcome)}.`)
      say('Tokens stay behind: they are fetched again.')
      if (outcome.damaged.length === 0) return
      giveUp(exitCodes.failed, `These could not be read:\n${damagedInLines(outcome.damaged)}`)
      return
    case 'other_there':
      giveUp(
        exitCodes.failed,
        `Nothing was written: ${to} holds something else.\n${inLines(outcome.differing)}`,
      )
      return
    case 'damaged':
      giveUp(
        exitCodes.failed,
        `These can’t be read, and ${to} is of no use without them. Mend or remove them and run this again, or go without them by --leave-damaged.\n${damagedInLines(outcome.damaged)}`,
      )
      return
    case 'differs':
      giveUp(
        exitCodes.failed,
        `What is in ${to} is not what was read, so no service starts on it. Run this again.\n${inLines(outcome.differing)}`,
      )
  }
}

/** Both ends are let go of, whatever happens. */
const between = async (
  source: MoveSource,
  openTarget: () => Promise<MoveTarget>,
  leaveDamaged: boolean,
): Promise<void> => {
  let target: MoveTarget | null = null
  try {
    target = await openTarget()
    tell(await runMove(source, target, { leaveDamaged }), source.name, target.name)
  } catch (error) {
    if (error instanceof StartFailure) throw error
    giveUp(exitCodes.failed, `It was broken off and may be repeated: ${reasonOf(error)}.`)
  } finally {
    await target?.close()
    await source.close()
  }
}

export default defineCommand({
  meta: { name: 'migrate', description: 'A data folder into a database, or back.' },
  args,
  async run({ args: flags }) {
    const { 'leave-damaged': leaveDamaged, ...given } = flags as Record<
      string,
      string | undefined
    > & { 'leave-damaged'?: boolean }
    const where = storeIn(given)
    const config = configOf(readSettings(given, 'migrate'))
    const key = keyIn(config, given['key-file'])
    const source = await moveSource(config.settings, quiet)
    const openTarget = () =>
      moveTarget({ ...where, key, from: source.name }, config.settings, quiet)
    await between(source, openTarget, leaveDamaged === true)
  },
})
