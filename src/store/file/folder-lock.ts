/**
 * One owner for a data folder: a transaction held open on a small database file. The operating
 * system ends it with the process, however that dies, so no lock is ever left behind.
 */
import { Database, SQLiteError } from 'bun:sqlite'
import { chmod, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ServiceError } from '../../errors'
import { errnoOf, nodeFileSystem, removeFile } from './file-system'
import { makeFolder } from './folder'
import { asStoreFailure } from './io-failure'

export const FolderOwner = Type.Object({
  pid: Type.Integer({ description: 'Its process id.' }),
  host: Type.String({ description: 'The machine it runs on.' }),
  startedAt: Type.Integer({ description: 'When it took the folder, in epoch milliseconds.' }),
})
export type FolderOwner = Static<typeof FolderOwner>

/** Another process, or another part of this one, owns the folder. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked'
  constructor(
    readonly dir: string,
    /** Null if it did not say who it is. */
    readonly owner: FolderOwner | null,
  ) {
    super(`The data folder ${dir} is in use.`)
  }
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
    ? new ServiceError(
        'store_unavailable',
        `The data folder can't be locked: owner.lock can't be used (${error.code}).`,
        { cause: error },
      )
    : asStoreFailure(error)

/**
 * Makes the folder if need be and takes it for `owner`, whose data stand in `owner.json` for those
 * who come later. Resolves with what gives it back; keep that as long as the folder is used.
 *
 * @throws {FolderLocked} somebody has it
 * @throws {ServiceError} store_unavailable — the folder can't be made, or its files not used
 */
export const lockFolder = async (dir: string, owner: FolderOwner): Promise<() => Promise<void>> => {
  const lockPath = join(dir, 'owner.lock')
  const ownerPath = join(dir, 'owner.json')
  let lock: Database | undefined
  try {
    await makeFolder(nodeFileSystem, dir)
    await makeLockFile(lockPath)
    const held = new Database(lockPath, { readwrite: true })
    lock = held
    // A journal in memory: nothing is ever written, so there is nothing to roll back.
    held.run('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    await removeFile(nodeFileSystem, ownerPath)
    await writeFile(ownerPath, `${JSON.stringify(owner)}\n`, { mode: 0o600 })
    let mine = true
    return async () => {
      if (!mine) return
      mine = false
      await removeFile(nodeFileSystem, ownerPath).catch(() => {})
      held.close(true)
    }
  } catch (error) {
    lock?.close(true)
    if (error instanceof SQLiteError && error.code === 'SQLITE_BUSY') {
      throw new FolderLocked(dir, await readOwner(ownerPath))
    }
    throw asLockFailure(error)
  }
}
