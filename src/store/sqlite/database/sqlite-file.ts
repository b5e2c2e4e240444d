/** The event log's file, opened as safe as its promises need it. */
import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { ServiceError } from '../../../errors'
import { copyOlderVersion } from './older-copy'
import { migrate } from './schema'

const fileMode = 0o600

/** Above this the write-ahead log is cut back once its content is in the database. */
const walLimitBytes = 16 * 1024 * 1024

/** SQLite gives its side files the mode of the database, so that one has to have it first. */
const makePrivate = (path: string) => {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', fileMode))
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, fileMode)
  }
}

/** What the promise rests on that a commit outlives a power cut; 2 is FULL. */
const safeSettings = { journal_mode: 'wal', synchronous: 2 } as const

/**
 * Asks SQLite what is really in force: some file systems know no write-ahead log, and SQLite then
 * goes on without a word.
 *
 * @throws {ServiceError} store_unavailable — a commit would not be safe
 */
export const requireSafeSettings = (db: Database): void => {
  for (const [name, wanted] of Object.entries(safeSettings)) {
    const [found] = db.query<[unknown], []>(`PRAGMA ${name}`).values()[0] ?? []
    if (found === wanted) continue
    throw new ServiceError(
      'store_unavailable',
      `The event log can't be kept safe where it lies: ${name} is ${found} in place of ${wanted}. ` +
        'Put the data folder on a local disk.',
    )
  }
}

const isEmpty = (db: Database): boolean =>
  db.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count === 0

/**
 * Opens the database, making it if there is none and bringing an older one up to date: what is
 * committed outlives a power cut, what is deleted is overwritten, and what a purge frees can be
 * given back to the disk.
 */
export const openSqliteFile = (path: string): Database => {
  makePrivate(path)
  const db = new Database(path, { readwrite: true, strict: true })
  try {
    db.run('PRAGMA busy_timeout = 250')
    // Only a file in which nothing is yet can still learn to give pages back.
    if (isEmpty(db)) db.run('PRAGMA auto_vacuum = INCREMENTAL')
    db.run('PRAGMA journal_mode = WAL')
    db.run('PRAGMA synchronous = FULL')
    db.run('PRAGMA secure_delete = ON')
    db.run(`PRAGMA journal_size_limit = ${walLimitBytes}`)
    requireSafeSettings(db)
    copyOlderVersion(db, path)
    migrate(db)
    return db
  } catch (error) {
    db.close(true)
    throw error
  }
}

/**
 * Empties the write-ahead log into the database, so that what was blanked or deleted stands in
 * neither any more.
 */
export const emptyWal = (db: Database): void => {
  db.run('PRAGMA wal_checkpoint(TRUNCATE)')
}
