/** The state wherever it is: behind a running service, or in a folder that nobody else has. */
import { existsSync } from 'node:fs'
import { systemClock } from '../../clock'
import type { Config } from '../../config/config'
import { createLogger, type Logger } from '../../log'
import {
  closeFolder,
  lockIfFree,
  type OwnedFolder,
  openOwnedFolder,
} from '../../runtime/folder/data-folder'
import { eventsLostWarning } from '../../runtime/folder/folder-warnings'
import { createInstance } from '../../runtime/instance'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { folderStorage } from '../../runtime/storage/folder-storage'
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

/** A service without listeners on the folder; what it would do in the background is not begun. */
const onOwnFolder = async (owned: OwnedFolder, config: Config): Promise<State> => {
  const folder = await openOwnedFolder(owned, config.settings, quiet)
  if (folder.eventsLost) quiet.warn(eventsLostWarning)
  const service = createInstance({ config, storage: folderStorage(folder), log: quiet })
  return {
    exportBytes: () => service.stateExport.bytes(),
    importEntries: service.stateImport.importEntries,
    close: () => closeFolder(folder),
  }
}

interface Where {
  /** The service that somebody names; undefined: the folder of the settings, or who has it. */
  readonly url: string | undefined
  /** Whether a folder that isn't there is one to begin with. */
  readonly mayMakeFolder: boolean
}

/**
 * The folder, unless a service is named or has it: null, and that one is to be asked. On a folder
 * this process is the folder's owner until it says otherwise, see `folder-user`.
 *
 * @throws {StartFailure} it can't be had
 */
export const takeFolder = async (
  { settings }: Config,
  { url, mayMakeFolder }: Where,
): Promise<OwnedFolder | null> => {
  if (url !== undefined) return null
  if (isDatabase(settings.SUITED_STORE)) {
    return giveUp(exitCodes.badUsage, 'SUITED_STORE names a database: name a service with --url.')
  }
  const dir = settings.SUITED_DATA_DIR
  const isNew = !existsSync(dir)
  if (isNew && !mayMakeFolder) {
    giveUp(exitCodes.failed, `There is no folder ${dir}: SUITED_DATA_DIR names it.`)
  }
  const taken = await lockIfFree(settings, 'visitor')
  if (taken instanceof FolderLocked) return null
  if (isNew) warnOfNewFolder(dir)
  return taken
}

/**
 * Asks the service at `url`, if that is given; else takes the folder, or asks the service that has
 * it.
 *
 * @throws {StartFailure} neither can be had
 */
export const openState = async (config: Config, where: Where): Promise<State> => {
  const taken = await takeFolder(config, where)
  if (taken !== null) return onOwnFolder(taken, config)
  const { url } = where
  return createRemoteState(addressOf(config, url), config.settings.SUITED_ADMIN_TOKEN, !url)
}
