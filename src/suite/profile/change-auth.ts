/** The work on change_auth: what the company granted is read again. */
import type { Work } from '../../events/worker'
import type { Corps } from '../corps'
import type { ReadGrant } from './grant'
import type { RetryReading } from './retry-reading'

export const createChangeAuth = (parts: {
  corps: Pick<Corps, 'find'>
  readGrant: ReadGrant
  retryReading: RetryReading
}): Work => {
  const { corps, readGrant, retryReading } = parts
  return async (event) => {
    const { suiteId, corpid } = event
    if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
    const record = await corps.find(suiteId, corpid)
    if (record?.status !== 'authorized') return { status: 'done' }
    try {
      await readGrant(suiteId, record.corpid)
      return { status: 'done' }
    } catch (error) {
      return retryReading(event, record.corpid, error)
    }
  }
}
