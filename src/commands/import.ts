/** `suited import`: an export back in, or companies that were installed before suited. */
import { openSync, readSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { reasonOf, ServiceError } from '../errors'
import { printable } from '../log'
import { exitCodes, giveUp, StartFailure } from '../runtime/process/exit'
import type { ExportKey } from '../suite/transfer/export-key'
import type { ImportResult } from '../suite/transfer/import'
import type { ImportEntry } from '../suite/transfer/import-text'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { type Input, readInput } from './state/import-input'
import { openState } from './state/open-state'
import { readPassphrase } from './state/passphrase'

const args = {
  file: {
    type: 'positional',
    required: true,
    description: 'An export, or companies as JSON lines or CSV; - reads stdin.',
  },
  'passphrase-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'Its first line opens an export that was encrypted with a passphrase.',
  },
  url: {
    type: 'string',
    description: 'The running service; else the data folder or database is asked.',
  },
  ...settingFlags('import'),
} satisfies ArgsDef

const keysOf = ({ settings }: Config, passphraseFile: string | undefined): ExportKey[] => {
  const { SUITED_ENCRYPTION_KEY: current, SUITED_PREVIOUS_ENCRYPTION_KEY: previous } = settings
  const keys: ExportKey[] = [current, previous].flatMap((key) =>
    key === null ? [] : { opensWith: 'key', key },
  )
  if (passphraseFile === undefined) return keys
  return [...keys, { opensWith: 'passphrase', passphrase: readPassphrase(passphraseFile) }]
}

const pieceBytes = 64 * 1024

/**
 * Opened once and read as often as needed: by the second time this process may have become the
 * owner of the data folder, who need not be let into the file.
 */
const readerOf = (path: string): Input => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const problem =
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} can't be read (${code}).`
    return giveUp(exitCodes.badUsage, problem)
  }
  return async function* () {
    for (let position = 0; ; ) {
      const piece = new Uint8Array(pieceBytes)
      const length = readSync(file, piece, 0, pieceBytes, position)
      if (length === 0) return
      position += length
      yield piece.subarray(0, length)
    }
  }
}

const openInput = async (file: string): Promise<Input> => {
  if (file !== '-') return readerOf(file)
  // It can't be read twice, and what it holds is not for a temporary file.
  const bytes = new Uint8Array(await Bun.stdin.arrayBuffer())
  return async function* () {
    yield bytes
  }
}

const readOrGiveUp = async (
  input: Input,
  keys: readonly ExportKey[],
): Promise<AsyncIterable<ImportEntry>> => {
  try {
    return await readInput(input, keys)
  } catch (error) {
    if (error instanceof ServiceError) giveUp(exitCodes.failed, error.message)
    return giveUp(exitCodes.failed, `The file can't be read: ${reasonOf(error)}`)
  }
}

export default defineCommand({
  meta: { name: 'import', description: 'An export back in, or companies from before suited.' },
  args,
  async run({ args: flags }) {
    const { file, ...given } = flags as Record<string, string | undefined> & { file: string }
    const config = configOf(readSettings(given, 'import'))
    const keys = keysOf(config, given['passphrase-file'])
    const entries = await readOrGiveUp(await openInput(file), keys)

    const state = await openState(config, { url: given.url, mayMakeFolder: true })
    const counts: Record<ImportResult['result'], number> = {
      imported: 0,
      already_there: 0,
      newer_kept: 0,
      refused: 0,
    }
    try {
      for await (const result of state.importEntries(entries)) {
        counts[result.result] += 1
        process.stdout.write(`${printable(JSON.stringify(result))}\n`)
      }
    } catch (error) {
      await state.close()
      if (error instanceof StartFailure) throw error
      giveUp(exitCodes.failed, `It was broken off and may be repeated: ${reasonOf(error)}.`)
    }
    await state.close()
    process.stderr.write(
      `${counts.imported} imported, ${counts.already_there} already there, ${counts.newer_kept} newer and kept, ${counts.refused} refused.\n`,
    )
    if (counts.refused > 0) process.exitCode = exitCodes.failed
  },
})
