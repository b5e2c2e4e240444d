/** The data folder: locked for this process, and what lies in it opened. */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import { openFileStore } from '../store/file/file-store'
import { type FolderLock, FolderLocked, lockFolder } from '../store/file/folder-lock'
import { openSqliteEventLog } from '../store/sql/sqlite-event-log'
import type { Store } from '../store/store'
import { exitCodes, giveUp } from './exit'

export interface Folder {
  readonly dir: string
  readonly store: Store
  readonly eventLog: EventLog
  readonly lock: FolderLock
}

/** Opens a folder, or ends the process saying why it can't. */
export const openFolder = async (dir: string, log: Logger): Promise<Folder> => {
  process.umask(0o077)
  try {
    const lock = await lockFolder(dir, { clock: systemClock, pid: process.pid })
    const store = await openFileStore({ dir, clock: systemClock, log })
    const eventLog = openSqliteEventLog({ path: join(dir, 'events.sqlite'), log })
    return { dir, lock, store, eventLog }
  } catch (error) {
    if (error instanceof FolderLocked) {
      const advice = 'One process owns a folder: stop that one, or choose another SUITED_DATA_DIR.'
      return giveUp(exitCodes.folderInUse, `${error.message} ${advice}`)
    }
    return giveUp(exitCodes.failed, `The data folder ${dir} can't be used: ${reasonOf(error)}`)
  }
}

/** Closes what lies in the folder and gives it back. */
export const closeFolder = async ({ store, eventLog, lock }: Folder): Promise<void> => {
  await Promise.all([store.close(), eventLog.close()])
  lock.release()
}

/** What is left on the disk of a folder; null where that can't be told. */
export const freeBytesOf = async (dir: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(dir)
    return bavail * bsize
  } catch {
    return null
  }
}
