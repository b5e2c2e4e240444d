/** Failures of SQLite: what they mean, and what they ask for. No I/O. */
import { SQLiteError } from 'bun:sqlite'
import { ServiceError } from '../../../errors'
import { asIoFailure, retryAfterSeconds } from '../../driver/io-failure'

const meanings: readonly (readonly [code: string, meaning: string])[] = [
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_READONLY', 'it is read-only'],
  ['SQLITE_CANTOPEN', 'it cannot be opened'],
  ['SQLITE_CORRUPT', 'events.sqlite is damaged'],
  ['SQLITE_NOTADB', 'events.sqlite is damaged'],
  ['SQLITE_IOERR', 'the disk failed'],
  ['SQLITE_BUSY', 'another process uses it'],
  ['SQLITE_PERM', 'access is denied'],
  ['SQLITE_NOMEM', 'memory ran out'],
  ['SQLITE_PROTOCOL', 'it cannot be locked'],
]

/** Extended codes begin with the plain one: SQLITE_IOERR_FSYNC. */
const startsWithAny = (error: unknown, codes: readonly string[]): error is SQLiteError =>
  error instanceof SQLiteError && codes.some((code) => error.code?.startsWith(code))

const damageCure =
  ' Stop suited, move events.sqlite with its -wal and -shm aside and start it: companies, codes and tickets are not in it. docs/storage.md says how to save what can be read.'

/** Whether the file itself is damaged, which only the operator can mend. */
export const isDamage = (error: unknown): boolean =>
  startsWithAny(error, ['SQLITE_CORRUPT', 'SQLITE_NOTADB'])

/**
 * Whether a failure of the port may be for want of room: SQLite calls a used-up quota, and an index
 * of the write-ahead log that can't be made on a full disk, a failed disk.
 */
export const mayLackRoom = (failure: unknown): boolean =>
  failure instanceof ServiceError &&
  startsWithAny(failure.cause, ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN'])

/** A failure of the storage below the log as the port's failure; anything else as it was. */
export const asLogFailure = (error: unknown): unknown => {
  const found = meanings.find(([code]) => startsWithAny(error, [code]))
  if (!found) return asIoFailure('The event log', error)
  const [code, meaning] = found
  const detail = `The event log fails: ${meaning} (${code}).${isDamage(error) ? damageCure : ''}`
  return new ServiceError('store_unavailable', detail, {
    cause: error,
    retryAfterSeconds,
  })
}

/** Whether a connection may stay broken after this although the fault is gone: open a new one. */
export const spoilsConnection = (error: unknown): boolean =>
  startsWithAny(error, [
    'SQLITE_IOERR',
    'SQLITE_CORRUPT',
    'SQLITE_NOTADB',
    'SQLITE_CANTOPEN',
    'SQLITE_READONLY',
  ])
