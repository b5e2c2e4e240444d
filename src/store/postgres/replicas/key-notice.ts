/** One line of the log when this replica turns out to lack a key, and one when it lacks none. */
import type { Logger } from '../../../log'
import { missingKeysText } from '../../replicas/missing-keys'

export interface KeyNotice {
  /** @param ids of the keys that the database needs and that this process was not given */
  saw(ids: readonly string[]): void
}

export const createKeyNotice = (log: Logger): KeyNotice => {
  let told = ''
  return {
    saw(ids) {
      const reason = ids.length > 0 ? missingKeysText(ids) : ''
      if (reason === told) return
      told = reason
      if (reason === '') log.info('this replica has all keys of the database again, and works')
      else log.error('this replica lacks a key of the database: it takes no work', { reason })
    },
  }
}
