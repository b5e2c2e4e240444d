/**
 * One owner for a data folder: a transaction held open on a small database file. The operating
 * system ends it with the process, however that dies, so no lock is ever left behind.
 */
import { Database, SQLiteError } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { chmod, open, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { asIoFailure, errnoOf } from '../io-failure'
import { nodeFileSystem } from './file-system'
import { makeFolder } from './folder'

export const FolderOwner = Type.Object({
  pid: Type.Integer({ description: 'Its process id.' }),
  host: Type.String({ description: 'The machine it runs on.' }),
  startedAt: Type.Integer({ description: 'When it took the folder, in epoch milliseconds.' }),
})
export type FolderOwner = Static<typeof FolderOwner>

const describe = (owner: FolderOwner | null) =>
  owner
    ? `process ${owner.pid} on ${owner.host}, since ${new Date(owner.startedAt).toISOString()}`
    : 'a process that did not say who it is'

/** Another process, or another part of this one, owns the folder; the message says who. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked'
  constructor(
    readonly dir: string,
    /** Null if it did not say who it is. */
    readonly owner: FolderOwner | null,
  ) {
    super(`The data folder ${dir} belongs to ${describe(owner)}.`)
  }
}

export interface LockOptions {
  readonly clock: Clock
  /** The id of this process, for those who find the folder taken. */
  readonly pid: number
}

/** The right to a folder. Keep it as long as the folder is used: it ends with this object. */
export interface FolderLock {
  /** Gives the folder back, at once; harmless the second time. */
  release(): void
}

const readOwner = async (path: string): Promise<FolderOwner | null> => {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'))
    return Value.Check(FolderOwner, owner) ? owner : null
  } catch {
    return null
  }
}

/**
 * Makes the file, unless it is there. It is never opened if it is: to close it would drop the locks
 * that another part of this process holds on it.
 */
const makeLockFile = async (path: string) => {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    await chmod(path, 0o600)
  }
}

const asLockFailure = (error: unknown) =>
  error instanceof SQLiteError
    ? new ServiceError('store_unavailable', `The file owner.lock can't be used (${error.code}).`, {
        cause: error,
      })
    : asIoFailure('The data folder', error)

const holdLock = async (path: string): Promise<Database> => {
  await makeLockFile(path)
  const lock = new Database(path, { readwrite: true })
  try {
    // A journal in memory: nothing is ever written, so there is nothing to roll back.
    lock.run('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close(true)
    throw error
  }
}

/**
 * Makes the folder if need be and takes it for this process, whose data stand in `owner.json` for
 * those who come later.
 *
 * @throws {FolderLocked} somebody has it
 * @throws {ServiceError} store_unavailable — the folder can't be made, or its files not used
 */
export const lockFolder = async (dir: string, { clock, pid }: LockOptions): Promise<FolderLock> => {
  const ownerPath = join(dir, 'owner.json')
  const owner: FolderOwner = { pid, host: hostname(), startedAt: clock.now() }
  let lock: Database | undefined
  try {
    await makeFolder(nodeFileSystem, dir)
    lock = await holdLock(join(dir, 'owner.lock'))
    await writeFile(ownerPath, `${JSON.stringify(owner)}\n`, { mode: 0o600 })
    await chmod(ownerPath, 0o600)
  } catch (error) {
    lock?.close(true)
    if (error instanceof SQLiteError && error.code === 'SQLITE_BUSY') {
      throw new FolderLocked(dir, await readOwner(ownerPath))
    }
    throw asLockFailure(error)
  }

  let held: Database | null = lock
  return {
    release: () => {
      if (held === null) return
      try {
        rmSync(ownerPath, { force: true })
      } catch {
        // It only tells who the owner was; the next one writes its own.
      }
      held.close(true)
      held = null
    },
  }
}
