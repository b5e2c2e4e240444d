import { ServiceError } from '../../errors'
import { errnoOf } from './file-system'

const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'access is denied',
  EPERM: 'the operation is not permitted',
  EIO: 'the disk failed',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

const retryAfterSeconds = 10

/** A failed call of the operating system as the port's failure; anything else as it was. */
export const asStoreFailure = (error: unknown): unknown => {
  const errno = errnoOf(error)
  if (errno === null) return error
  const meaning = meanings[errno] ?? 'a file could not be read or written'
  return new ServiceError('store_unavailable', `The data folder fails: ${meaning} (${errno}).`, {
    cause: error,
    retryAfterSeconds,
  })
}
