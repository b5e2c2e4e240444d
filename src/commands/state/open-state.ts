/**
 * The state wherever it is: behind a running service, in a folder that nobody else has, in a
 * database.
 */
import { existsSync } from 'node:fs'
import { systemClock } from '../../clock'
import type { Config } from '../../config/config'
import { createLogger, type Logger } from '../../log'
import { lockIfFree, openOwnedFolder } from '../../runtime/folder/data-folder'
import { eventsLostWarning } from '../../runtime/folder/folder-warnings'
import { createInstance } from '../../runtime/instance'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { openCommandStorage } from '../../runtime/storage/command-storage'
import { databaseSettingsOf } from '../../runtime/storage/database-member'
import { folderStorage } from '../../runtime/storage/folder-storage'
import type { Storage } from '../../runtime/storage/storage'
import { FolderLocked } from '../../store/file/folder/folder-lock'
import { isDatabase } from '../../store-address'
import { addressOf } from '../cli/ask-service'
import { colouredErrors } from '../cli/terminal'
import { createRemoteState } from './remote-state'
import type { State } from './state'

/** What commands tell beside their work. */
export const quiet: Logger = createLogger({
  level: 'warn',
  format: 'pretty',
  now: systemClock.now,
  write: (line) => process.stderr.write(`${line}\n`),
  coloured: colouredErrors,
})

/** A folder that root made is root's, and the service is rarely. */
const warnOfNewFolder = (dir: string): void => {
  if (process.geteuid?.() !== 0) return
  process.stderr.write(
    `The data folder ${dir} is new and belongs to root. If the service runs as another user, give it to that one first: chown -R USER ${dir}\n`,
  )
}

/** A service without listeners; what it would do in the background is not begun. */
const onStorage = (storage: Storage, config: Config): State => {
  const service = createInstance({ config, storage, log: quiet })
  return {
    exportBytes: () => service.stateExport.bytes(),
    importEntries: service.stateImport.importEntries,
    close: storage.close,
  }
}

interface Where {
  /** The service that somebody names; undefined: the folder of the settings, or who has it. */
  readonly url: string | undefined
  /** Whether a folder that isn't there is one to begin with. */
  readonly mayMakeFolder: boolean
}

/** Null: a service has it. On a folder this process is the folder's owner, see `folder-user`. */
const takeFolder = async (config: Config, mayMakeFolder: boolean): Promise<Storage | null> => {
  const { settings } = config
  const dir = settings.SUITED_DATA_DIR
  const isNew = !existsSync(dir)
  if (isNew && !mayMakeFolder) {
    giveUp(exitCodes.failed, `There is no folder ${dir}: SUITED_DATA_DIR names it.`)
  }
  const taken = await lockIfFree(settings, 'visitor')
  if (taken instanceof FolderLocked) return null
  if (isNew) warnOfNewFolder(dir)
  const folder = await openOwnedFolder(taken, settings, quiet)
  if (folder.eventsLost) quiet.warn(eventsLostWarning)
  return folderStorage(folder)
}

/**
 * The storage of the settings, unless a service is named, or has it for itself: null, and that one
 * is to be asked. A database is worked on beside its replicas.
 *
 * @throws {StartFailure} it can't be had
 */
export const takeStorage = async (
  config: Config,
  { url, mayMakeFolder }: Where,
): Promise<Storage | null> => {
  if (url !== undefined) return null
  const { settings } = config
  return isDatabase(settings.SUITED_STORE)
    ? openCommandStorage(databaseSettingsOf(settings), quiet)
    : takeFolder(config, mayMakeFolder)
}

/**
 * Asks the service at `url`, if that is given; else takes the storage, or asks the service that has
 * it.
 *
 * @throws {StartFailure} neither can be had
 */
export const openState = async (config: Config, where: Where): Promise<State> => {
  const taken = await takeStorage(config, where)
  if (taken !== null) return onStorage(taken, config)
  const { url } = where
  return createRemoteState(addressOf(config, url), config.settings.SUITED_ADMIN_TOKEN, !url)
}
