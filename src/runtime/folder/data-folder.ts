/** The data folder: locked for this process, and what lies in it opened. */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../clock'
import type { Settings } from '../../config/settings'
import type { Logger } from '../../log'
import type { EventLogDriver, StoreDriver } from '../../store/driver/drivers'
import {
  createSealing,
  type Sealing,
  type SealingKeys,
  withoutKey,
} from '../../store/driver/sealing'
import { nodeFileSystem } from '../../store/file/disk/file-system'
import { openFileStore } from '../../store/file/file-store'
import { type FolderLock, FolderLocked, lockFolder } from '../../store/file/folder/folder-lock'
import { checkFolderVersion } from '../../store/file/folder/folder-version'
import { checkKeys } from '../../store/file/folder/key-marker'
import { HalfMoved, moveUnderWay } from '../../store/file/folder/move-mark'
import { createReserve, type Reserve } from '../../store/sqlite/database/reserve'
import { isAlive } from '../process/process-alive'
import { createRandom, randomBytes } from '../process/randomness'
import { openEventLog } from './event-log-thread-start'
import { giveUpOn, refuseOtherThanFolder } from './folder-failure'
import { becomeOwnerOf, type Role } from './folder-user'
import { areEventsLost } from './lost-events'

type FolderSettings = Pick<
  Settings,
  'SUITED_DATA_DIR' | 'SUITED_ENCRYPTION_KEY' | 'SUITED_PREVIOUS_ENCRYPTION_KEY'
>

/** A folder that is this process's own, with the keys to what lies in it. */
export interface OwnedFolder {
  readonly dir: string
  readonly lock: FolderLock
  readonly sealing: Sealing
  /** Whether there is a key, and secrets are left that are not sealed with it. */
  readonly leftToSeal: boolean
  /** The user that this process became to use it; null if it stayed who it was. */
  readonly becameUser: string | null
}

export interface Folder extends OwnedFolder {
  /** Whether there are companies, and no event log was left when the folder was opened. */
  readonly eventsLost: boolean
  readonly store: StoreDriver
  readonly eventLog: EventLogDriver
  readonly reserve: Reserve
}

const keysOf = (settings: FolderSettings): SealingKeys | null => {
  const { SUITED_ENCRYPTION_KEY: current, SUITED_PREVIOUS_ENCRYPTION_KEY: previous } = settings
  return current && { current, previous }
}

const refuseHalfMove = async (dir: string): Promise<void> => {
  if ((await moveUnderWay(nodeFileSystem, dir)) !== null) throw new HalfMoved(dir)
}

interface LockOptions {
  readonly prepare?: (dir: string) => Promise<void>
  readonly named?: string
}

/**
 * Takes a folder as its owner and checks its keys. What comes back may be that another process has
 * it.
 *
 * @param options.prepare what a move does in its folder before the keys are judged; others refuse
 *   half a move
 * @param options.named the flag that names it, where that isn't SUITED_DATA_DIR
 * @throws {StartFailure} it can't be had
 */
export const lockIfFree = async (
  settings: FolderSettings,
  role: Role,
  { prepare = refuseHalfMove, named = 'SUITED_DATA_DIR' }: LockOptions = {},
): Promise<OwnedFolder | FolderLocked> => {
  process.umask(0o077)
  const dir = settings.SUITED_DATA_DIR
  refuseOtherThanFolder(dir, named)
  const becameUser = becomeOwnerOf(dir, role)
  let lock: FolderLock | undefined
  try {
    const { pid } = process
    lock = await lockFolder(dir, { clock: systemClock, random: createRandom(), pid, isAlive })
    await checkFolderVersion(nodeFileSystem, dir)
    await prepare(dir)
    const keys = keysOf(settings)
    const sealing = keys ? createSealing(keys, randomBytes) : withoutKey
    const { leftToSeal } = await checkKeys({ dir, fs: nodeFileSystem, sealing })
    return { dir, lock, sealing, leftToSeal, becameUser }
  } catch (error) {
    lock?.release()
    if (error instanceof FolderLocked) return error
    return giveUpOn(dir, error, named)
  }
}

/** @throws {StartFailure} it can't be had, also because another process has it; it says which */
export const lockDataFolder = async (
  settings: FolderSettings,
  role: Role,
  options: LockOptions = {},
): Promise<OwnedFolder> => {
  const taken = await lockIfFree(settings, role, options)
  if (!(taken instanceof FolderLocked)) return taken
  return giveUpOn(settings.SUITED_DATA_DIR, taken, options.named)
}

/**
 * Opens what lies in a folder.
 *
 * @throws {StartFailure} it can't be opened
 */
export const openOwnedFolder = async (
  owned: OwnedFolder,
  settings: FolderSettings,
  log: Logger,
): Promise<Folder> => {
  const { dir, sealing } = owned
  try {
    // Before the event log, which closes its own files to others: this tells of them.
    const store = await openFileStore({
      dir,
      clock: systemClock,
      log,
      sealing,
      freshBytes: randomBytes,
    })
    const path = join(dir, 'events.sqlite')
    const eventsLost = areEventsLost(dir, path)
    const reservePath = join(dir, 'reserve')
    const reserve = createReserve({
      path: reservePath,
      freeBytes: () => freeBytesOf(dir),
      noise: randomBytes,
    })
    const eventLog = await openEventLog({ path, keys: keysOf(settings), reservePath }, log)
    await reserve.make()
    return { ...owned, eventsLost, store, eventLog, reserve }
  } catch (error) {
    return giveUpOn(dir, error)
  }
}

/**
 * Takes a folder for a service and opens what lies in it.
 *
 * @throws {StartFailure} it can't be had or opened
 */
export const openFolder = async (settings: FolderSettings, log: Logger): Promise<Folder> =>
  openOwnedFolder(await lockDataFolder(settings, 'service'), settings, log)

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
