/** Finding the state: behind a running service, or in a folder that nobody else has. */
import { existsSync } from 'node:fs'
import { systemClock } from '../clock'
import type { Config } from '../config/config'
import { createLogger, type Logger } from '../log'
import { FolderLocked, lockFolder } from '../store/file/folder-lock'
import { exitCodes, giveUp } from './exit'
import { closeFolder, openFolder } from './folder'
import { createInstance } from './instance'
import { createRemoteState } from './remote-state'
import { serviceUrl } from './service-url'
import type { State } from './state'
import { eventsLostWarning } from './warnings'

const quiet: Logger = createLogger({
  level: 'warn',
  format: 'pretty',
  now: systemClock.now,
  write: (line) => process.stderr.write(`${line}\n`),
})

const isHeld = async (dir: string): Promise<boolean> => {
  try {
    const lock = await lockFolder(dir, { clock: systemClock, pid: process.pid })
    lock.release()
    return false
  } catch (error) {
    return error instanceof FolderLocked
  }
}

/** A service without listeners on the folder; what it would do in the background is not begun. */
const openOwnFolder = async (config: Config): Promise<State> => {
  const folder = await openFolder(config.settings, quiet)
  if (folder.eventsLost) quiet.warn(eventsLostWarning)
  const service = createInstance(config, folder, quiet)
  return {
    exportBytes: () => service.exporting.bytes(),
    importEntries: service.importing.take,
    close: () => closeFolder(folder),
  }
}

/**
 * Asks the service at `url`, if that is given; else takes the folder, or asks the service that has
 * it. Ends the process if neither can be had.
 *
 * @param mayMakeFolder whether a folder that isn't there is one to begin with
 */
export const openState = async (
  config: Config,
  { url, mayMakeFolder }: { url: string | undefined; mayMakeFolder: boolean },
): Promise<State> => {
  const dir = config.settings.SUITED_DATA_DIR
  if (url === undefined) {
    if (!mayMakeFolder && !existsSync(dir)) {
      giveUp(exitCodes.failed, `There is no folder ${dir}: SUITED_DATA_DIR names it.`)
    }
    process.umask(0o077)
    if (!(await isHeld(dir))) return openOwnFolder(config)
  }
  return createRemoteState(serviceUrl(config, url), config.settings.SUITED_ADMIN_TOKEN)
}
