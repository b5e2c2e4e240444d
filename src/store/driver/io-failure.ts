/** Failures of the operating system, as the ports tell of them. No I/O. */
import { ServiceError } from '../../errors'

const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not grow any further',
  EROFS: 'the file system is read-only',
  EACCES: 'access is denied',
  EPERM: 'the operation is not permitted',
  EIO: 'the disk failed',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

/** When it may be worth trying again, in seconds. */
export const retryAfterSeconds = 10

/** The errno code of a failed call of the operating system ("ENOENT"), or null if it is none. */
export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code))
    ? String(error.code)
    : null

/**
 * A failed call of the operating system as the port's failure; anything else as it was.
 *
 * @param subject what failed: "The data folder"
 */
export const asIoFailure = (subject: string, error: unknown): unknown => {
  const errno = errnoOf(error)
  if (errno === null) return error
  const meaning = meanings[errno] ?? 'a file could not be read or written'
  return new ServiceError('store_unavailable', `${subject} fails: ${meaning} (${errno}).`, {
    cause: error,
    retryAfterSeconds,
  })
}
