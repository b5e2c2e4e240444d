/** Ids of suites and companies. */
import { ServiceError } from '../../errors'

const idPattern = /^[A-Za-z0-9_-]{1,128}$/

/**
 * The id of a suite or a company, if it can be one: what it holds goes into file names and cursors.
 *
 * @throws {ServiceError} invalid_request — it is empty, too long or has other characters
 */
export const checkedId = (id: string): string => {
  if (idPattern.test(id)) return id
  throw new ServiceError(
    'invalid_request',
    'An id is 1 to 128 characters, each a letter, a digit, "_" or "-".',
  )
}
