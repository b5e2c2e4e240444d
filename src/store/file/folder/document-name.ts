/** File names of ids, and back. No I/O. */
import { ServiceError } from '../../../errors'
import { checkedId } from '../../driver/id'

/** File systems allow 255 bytes; `.json.bak` and `.json.tmp` need some of them. */
const longestName = 240

/**
 * The name, without `.json`, of the file or folder of an id. Capitals become `~` and the small
 * letter, so that ids which differ only in case stay apart where the file system ignores it.
 *
 * @throws {ServiceError} invalid_request — it is no id, or one with too many capitals for a name
 */
export const documentName = (id: string): string => {
  const name = checkedId(id).replace(/[A-Z]/g, '~$&').toLowerCase()
  if (name.length > longestName) {
    throw new ServiceError('invalid_request', 'The id is too long for a file name.')
  }
  return name
}

/** The id that a file or folder was named after, or null if it was named after none. */
export const idOfName = (name: string): string | null =>
  /^(?:[a-z0-9_-]|~[a-z])+$/.test(name)
    ? name.replace(/~([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : null
