/**
 * One owner for a data folder: a transaction held open on a small database file. The operating
 * system ends it with the process, however that dies, so no lock is ever left behind.
 */
import { constants, Database, SQLiteError } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { chmod, lstat, open, realpath, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Random } from '../../../retry'
import { asIoFailure, errnoOf } from '../../driver/io-failure'
import { nodeFileSystem } from '../disk/file-system'
import { makeFolder } from '../disk/folder-sync'
import { describeOwner, type FolderOwner, ownerFile, readOwner } from './folder-owner'

/** Another process, or another part of this one, owns the folder; the message says who. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked'
  constructor(
    readonly dir: string,
    /** Null if it did not say who it is. */
    readonly owner: FolderOwner | null,
  ) {
    super(`The data folder ${dir} belongs to ${describeOwner(owner)}.`)
  }
}

/**
 * Two that ask at the same moment get into each other's way, and neither gets the folder; a command
 * that only looks has it for a moment. So a folder counts as taken when it stays taken for this
 * long.
 */
const tryForMs = 500

/** Between two tries, with a jitter, so that two don't meet again and again. */
const pauseMs = (random: Random): number => 10 + random() * 40

export interface LockOptions {
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly random: Random
  /** The id of this process, for those who find the folder taken. */
  readonly pid: number
  /** Whether this machine has a process of that id. */
  isAlive(pid: number): boolean
}

/** The right to a folder. Keep it as long as the folder is used: it ends with this object. */
export interface FolderLock {
  /** Gives the folder back, at once; harmless the second time. */
  release(): void
}

const lockFile = 'owner.lock'

/**
 * Makes the file, unless it is there. It is never opened if it is: to close it would drop the locks
 * that another part of this process holds on it.
 */
const makeLockFile = async (path: string) => {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    const found = await lstat(path)
    if (!found.isFile()) throw notPlain()
    if ((found.mode & 0o777) !== 0o600) await chmod(path, 0o600)
  }
}

/** A link that somebody put there would have this process lock, and make its own, another file. */
const notPlain = () =>
  new ServiceError(
    'store_unavailable',
    'owner.lock in the data folder is not a plain file: remove it.',
  )

/** Never through a link, whatever takes the place of the file meanwhile. */
const openLockFile = async (dir: string): Promise<Database> => {
  await makeLockFile(join(dir, lockFile))
  const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_NOFOLLOW
  return new Database(join(await realpath(dir), lockFile), flags)
}

/** In place of what lies there: a link is replaced, never followed. */
const writeOwner = async (dir: string, owner: FolderOwner): Promise<void> => {
  const path = ownerFile(dir)
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(owner)}\n`)
  } finally {
    await file.close()
  }
}

const asLockFailure = (error: unknown) =>
  error instanceof SQLiteError
    ? new ServiceError('store_unavailable', `The file owner.lock can't be used (${error.code}).`, {
        cause: error,
      })
    : asIoFailure('The data folder', error)

const isBusy = (error: unknown): boolean =>
  error instanceof SQLiteError && error.code === 'SQLITE_BUSY'

const holdLock = async (dir: string, { clock, random }: LockOptions): Promise<Database> => {
  const lock = await openLockFile(dir)
  const until = clock.now() + tryForMs
  for (;;) {
    try {
      // A journal in memory: nothing is ever written, so there is nothing to roll back.
      lock.run('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      return lock
    } catch (error) {
      if (!isBusy(error) || clock.now() >= until) {
        lock.close(true)
        throw error
      }
    }
    await clock.sleep(pauseMs(random))
  }
}

/**
 * Makes the folder if need be and takes it for this process, whose data stand in `owner.json` for
 * those who come later.
 *
 * @throws {FolderLocked} somebody has it, and had it all the time for half a second
 * @throws {ServiceError} store_unavailable — the folder can't be made, or its files not used
 */
export const lockFolder = async (dir: string, options: LockOptions): Promise<FolderLock> => {
  const { clock, pid, isAlive } = options
  const owner: FolderOwner = { pid, host: hostname(), startedAt: clock.now() }
  let lock: Database | undefined
  try {
    await makeFolder(nodeFileSystem, dir)
    lock = await holdLock(dir, options)
    await writeOwner(dir, owner)
  } catch (error) {
    lock?.close(true)
    if (isBusy(error)) throw new FolderLocked(dir, await readOwner(dir, isAlive))
    throw asLockFailure(error)
  }

  let held: Database | null = lock
  return {
    release: () => {
      if (held === null) return
      try {
        rmSync(ownerFile(dir), { force: true })
      } catch {
        // It only tells who the owner was; the next one writes its own.
      }
      held.close(true)
      held = null
    },
  }
}
