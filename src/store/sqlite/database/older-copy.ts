/**
 * The copy that stays of an event log before its tables are brought up to date, so that the suited
 * before can be gone back to. It holds secrets as they stood, so it goes as soon as one of them has
 * to.
 */
import type { Database } from 'bun:sqlite'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { schemaVersion, versionOf } from './schema'

const copyOf = (path: string, version: number) => `${path}.version-${version}`

const sync = (path: string) => {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Copies a log of an older version as a whole, durably, to a file beside it. */
export const copyOlderVersion = (db: Database, path: string): void => {
  const version = versionOf(db)
  if (version === 0 || version >= schemaVersion) return
  const copy = copyOf(path, version)
  const temporary = `${copy}.tmp`
  try {
    // Made first, so that it is its owner's alone from its first byte on.
    writeFileSync(temporary, '', { mode: 0o600 })
    db.query('VACUUM INTO ?').run(temporary)
    sync(temporary)
    renameSync(temporary, copy)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  sync(dirname(path))
}

/**
 * Removes the copies, if there are any.
 *
 * @param madeBefore epoch milliseconds: only those that are older
 */
export const forgetOlderCopies = (path: string, madeBefore = Infinity): void => {
  for (let version = 1; version < schemaVersion; version++) {
    const copy = copyOf(path, version)
    if (existsSync(copy) && statSync(copy).mtimeMs < madeBefore) rmSync(copy)
  }
}
