import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
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

/**
 * Opens the database, making it if there is none: what is committed outlives a power cut, what is
 * deleted is overwritten, freed space is used again (the file itself doesn't shrink).
 */
export const openSqliteFile = (path: string): Database => {
  makePrivate(path)
  const db = new Database(path, { readwrite: true, strict: true })
  try {
    db.run('PRAGMA busy_timeout = 250')
    db.run('PRAGMA journal_mode = WAL')
    db.run('PRAGMA synchronous = FULL')
    db.run('PRAGMA secure_delete = ON')
    db.run(`PRAGMA journal_size_limit = ${walLimitBytes}`)
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
