/**
 * The check that the path still leads to the files that SQLite has open: into files that were
 * removed or replaced it writes on without a word, and the next start finds nothing of that.
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { ServiceError } from '../../../errors'
import { retryAfterSeconds } from '../../driver/io-failure'

/** Which file the path leads to; null if to none. */
const fileAt = (path: string): string | null => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.dev} ${found.ino}` : null
}

/**
 * Remembers which files the database and its write-ahead log are. To be called once they are open.
 * Returns the check, which throws ServiceError `store_unavailable` while the path leads to others
 * or to none.
 */
export const rememberPlace = (path: string): (() => void) => {
  const files = [path, `${path}-wal`].map((file) => ({ file, opened: fileAt(file) }))
  return () => {
    for (const { file, opened } of files) {
      if (fileAt(file) === opened) continue
      throw new ServiceError(
        'store_unavailable',
        `The event log fails: ${basename(file)} was removed or replaced under the running suited, which would write into what nobody finds again. Put the file back if it was moved away; otherwise restart suited.`,
        { retryAfterSeconds },
      )
    }
  }
}
