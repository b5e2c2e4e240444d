/** `suited rekey`: everything in the folder or database is encrypted anew with the current key. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { systemClock } from '../clock'
import type { Settings } from '../config/settings'
import { reasonOf } from '../errors'
import { createLogger } from '../log'
import { lockDataFolder, type OwnedFolder } from '../runtime/folder/data-folder'
import { eventsLostWarning } from '../runtime/folder/folder-warnings'
import { areEventsLost } from '../runtime/folder/lost-events'
import { exitCodes, giveUp } from '../runtime/process/exit'
import { databaseSettingsOf } from '../runtime/storage/database-member'
import { rekeyDatabase } from '../runtime/storage/rekey-database'
import { nodeFileSystem as fs } from '../store/file/disk/file-system'
import { resealDocuments } from '../store/file/document/reseal-documents'
import { noteAllSealed } from '../store/file/folder/key-marker'
import { resealEvents } from '../store/sqlite/reseal-events'
import { isDatabase } from '../store-address'
import { counted } from '../wording'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { colouredErrors, say } from './cli/terminal'

const log = createLogger({
  level: 'warn',
  format: 'pretty',
  now: systemClock.now,
  write: (line) => process.stderr.write(`${line}\n`),
  coloured: colouredErrors,
})

/** Writes everything anew; what is damaged and had to be left as it is, one a line. */
const reseal = async ({ dir, sealing }: OwnedFolder): Promise<string[]> => {
  const documents = await resealDocuments({ dir, fs, log, sealing })
  const events = resealEvents({ path: join(dir, 'events.sqlite'), log, sealing })
  say(
    `Encrypted anew: ${counted(documents.rewritten, 'file')} and ${counted(events.rewritten, 'event')}.`,
  )
  const leftOut = [
    ...documents.leftOut.map(({ file, problem }) => `${file}: ${problem}`),
    ...events.leftOut.map(({ id, problem }) => `event ${id}: ${problem}`),
  ]
  if (leftOut.length === 0) await noteAllSealed({ dir, fs, sealing })
  return leftOut
}

interface Rekeyed {
  /** What was sealed, as a sentence names it. */
  readonly where: string
  readonly keyId: string | null
  /** What is damaged and had to be left as it is, one a line. */
  readonly leftOut: readonly string[]
}

const rekeyFolder = async (settings: Settings): Promise<Rekeyed> => {
  const dir = settings.SUITED_DATA_DIR
  if (!existsSync(dir)) giveUp(exitCodes.failed, `There is no folder ${dir}.`)
  const folder = await lockDataFolder(settings, 'command')
  if (areEventsLost(dir, join(dir, 'events.sqlite'))) log.warn(eventsLostWarning)
  const leftOut = await reseal(folder).catch((error: unknown) => {
    folder.lock.release()
    return giveUp(exitCodes.failed, `It was broken off and may be repeated: ${reasonOf(error)}`)
  })
  folder.lock.release()
  return { where: dir, keyId: folder.sealing.keyId, leftOut }
}

const rekeyShared = async (settings: Settings): Promise<Rekeyed> => {
  const { rewritten, leftOut, name, keyId } = await rekeyDatabase(databaseSettingsOf(settings), log)
  say(`Encrypted anew: ${counted(rewritten, 'row')}.`)
  return { where: name, keyId, leftOut: leftOut.map(({ row, problem }) => `${row}: ${problem}`) }
}

const args = settingFlags('rekey')

export default defineCommand({
  meta: {
    name: 'rekey',
    description:
      'Encrypts all secrets anew: of a data folder while the service is stopped, of a database while replicas work on it.',
  },
  args,
  async run({ args: flags }) {
    const given = flags as Record<string, string | undefined>
    const { settings } = configOf(readSettings(given, 'rekey'))
    if (settings.SUITED_ENCRYPTION_KEY === null) {
      giveUp(exitCodes.badSettings, 'SUITED_ENCRYPTION_KEY is not set. suited keygen makes one.')
    }
    const { where, keyId, leftOut } = isDatabase(settings.SUITED_STORE)
      ? await rekeyShared(settings)
      : await rekeyFolder(settings)
    if (leftOut.length > 0) {
      giveUp(
        exitCodes.failed,
        [
          'These are damaged and were left as they are. Mend or remove them and run this again; until then keep the previous key:',
          ...leftOut,
        ].join('\n  '),
      )
    }
    say(`All secrets in ${where} are encrypted with the key ${keyId}.`)
    if (settings.SUITED_PREVIOUS_ENCRYPTION_KEY !== null) {
      say('SUITED_PREVIOUS_ENCRYPTION_KEY is not needed any more: remove it from the settings.')
    }
  },
})
