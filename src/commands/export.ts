/** `suited export`: everything, secrets included, into one file; encrypted unless `--plain`. */
import { dirname, resolve } from 'node:path'
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { reasonOf } from '../errors'
import { becomeOwnerOf, becomeStarterAgain } from '../runtime/folder/folder-user'
import { exitCodes, giveUp, StartFailure } from '../runtime/process/exit'
import { createRandom } from '../runtime/process/randomness'
import { isDatabase } from '../store-address'
import { type Bytes, encoded, linesOf } from '../suite/transfer/byte-stream'
import { encryptForRecipient, encryptWithPassphrase } from '../suite/transfer/encrypt-export'
import { type ExportKey, identityOfKey, recipientOfKey } from '../suite/transfer/export-key'
import { ExportUnreadable } from '../suite/transfer/unusable-export'
import { counted, verb } from '../wording'
import { openOutputFile } from './cli/output-file'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { leadsThrough } from './cli/real-path'
import { openState } from './state/open-state'
import { readPassphrase } from './state/passphrase'

const args = {
  output: { type: 'string', valueHint: 'FILE', description: 'Where it goes; else stdout.' },
  'passphrase-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'Its first line encrypts the export; else SUITED_ENCRYPTION_KEY does.',
  },
  plain: { type: 'boolean', description: 'Not encrypted: everybody can read its secrets.' },
  identity: {
    type: 'boolean',
    description: 'Prints the age identity that opens what SUITED_ENCRYPTION_KEY encrypts.',
  },
  url: {
    type: 'string',
    description: 'The running service; else the data folder or database is asked.',
  },
  ...settingFlags('export'),
} satisfies ArgsDef

const keyFor = (
  { settings }: Config,
  passphraseFile: string | undefined,
  plain: boolean,
): ExportKey | null => {
  if (plain) {
    if (passphraseFile === undefined) return null
    return giveUp(exitCodes.badUsage, '--plain and --passphrase-file exclude each other.')
  }
  if (passphraseFile !== undefined) {
    return { opensWith: 'passphrase', passphrase: readPassphrase(passphraseFile) }
  }
  const key = settings.SUITED_ENCRYPTION_KEY
  if (key !== null) return { opensWith: 'key', key }
  return giveUp(
    exitCodes.badUsage,
    'Secrets leave encrypted: set SUITED_ENCRYPTION_KEY, or give --passphrase-file FILE; or say --plain.',
  )
}

const encrypted = async (plain: Bytes, key: ExportKey | null): Promise<Bytes> => {
  if (key === null) return plain
  if (key.opensWith === 'passphrase') {
    return encryptWithPassphrase(plain, key.passphrase, createRandom())
  }
  return encryptForRecipient(plain, await recipientOfKey(key.key))
}

const printIdentity = ({ settings }: Config): void => {
  const key =
    settings.SUITED_ENCRYPTION_KEY ??
    giveUp(exitCodes.badUsage, 'Set SUITED_ENCRYPTION_KEY: the identity is made from it.')
  process.stdout.write(`${identityOfKey(key)}\n`)
  process.stderr.write(
    'Whoever has this opens every export and backup made with the key: keep it as secret as the key.\n',
  )
}

/** Counts what passes by the kinds of lines. */
const createCounter = () => {
  const counts = { suite: 0, corp: 0, event: 0, key: 0, unreadable: 0 }
  return {
    counts,
    async *watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      yield* encoded(
        (async function* () {
          for await (const line of linesOf(bytes)) {
            const kind = /^\{"kind":"(\w+)"/.exec(line)?.[1] ?? ''
            if (Object.hasOwn(counts, kind)) counts[kind as keyof typeof counts] += 1
            yield line
          }
        })(),
      )
    },
  }
}

const writeOut = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const piece of pieces) {
    if (process.stdout.write(piece)) continue
    await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}

const openOutput = async (path: string | undefined, whose: 'starter' | 'owner') =>
  path === undefined
    ? null
    : openOutputFile(path, whose).catch((error) =>
        giveUp(exitCodes.failed, `The export failed: ${reasonOf(error)}.`),
      )

/** Of a service from before the age format: `mv` puts the program in place before the restart. */
const unreadableAnswer = ({ reason }: ExportUnreadable): string =>
  reason === 'altered'
    ? 'the answer of the service broke off'
    : 'the service that runs is another version than this command: restart it'

export default defineCommand({
  meta: { name: 'export', description: 'All state in one file, to keep it or to move it.' },
  args,
  async run({ args: flags }) {
    const { plain, identity, ...given } = flags as Record<string, string | undefined> & {
      plain?: boolean
      identity?: boolean
    }
    const config = configOf(readSettings(given, 'export'))
    if (identity) {
      if (plain || given.output !== undefined || given['passphrase-file'] !== undefined) {
        giveUp(exitCodes.badUsage, '--identity writes no export: it goes to stdout, alone.')
      }
      return printIdentity(config)
    }
    const key = keyFor(config, given['passphrase-file'], plain === true)
    const { output, url } = given
    if (output === undefined && key !== null && process.stdout.isTTY) {
      giveUp(exitCodes.badUsage, 'An encrypted export is nothing to look at: give --output FILE.')
    }

    const { SUITED_STORE: store, SUITED_DATA_DIR: dir } = config.settings
    // Its last name is replaced if it is a link: the folder above it decides where the file goes.
    const inFolder =
      output !== undefined && !isDatabase(store) && leadsThrough(dirname(resolve(output)), dir)
    // In the folder it is the folder's owner's, elsewhere whose this process is now.
    const elsewhere = inFolder ? null : await openOutput(output, 'starter')
    const state = await openState(config, { url, mayMakeFolder: false })
    if (inFolder) becomeOwnerOf(dir, 'visitor')
    const file = elsewhere ?? (await openOutput(output, 'owner'))
    const { counts, watch } = createCounter()
    const pieces = await encrypted(watch(state.exportBytes()), key)
    const failed = (error: unknown): never => {
      if (error instanceof StartFailure) throw error
      const reason = error instanceof ExportUnreadable ? unreadableAnswer(error) : reasonOf(error)
      return giveUp(exitCodes.failed, `The export failed: ${reason}.`)
    }
    try {
      await (file === null ? writeOut(pieces) : file.write(pieces))
      if (inFolder) await file?.finish()
    } catch (error) {
      await state.close()
      failed(error)
    }
    await state.close()
    becomeStarterAgain()
    if (!inFolder) await file?.finish().catch(failed)
    const { suite, corp, event, key: keyLines, unreadable } = counts
    process.stderr.write(
      `Exported companies: ${corp}, suite tickets: ${suite}, events that are not done: ${event}, API keys: ${keyLines}. Tokens are left out: they are fetched again.\n`,
    )
    if (unreadable > 0) {
      process.stderr.write(
        `${counted(unreadable, 'document')} could not be read and ${verb(unreadable, 'is', 'are')} missing: ${verb(unreadable, 'its file is', 'their files are')} damaged.\n`,
      )
      process.exitCode = exitCodes.failed
    }
  },
})
