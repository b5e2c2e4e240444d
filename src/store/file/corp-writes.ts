/**
 * The writes of companies: each in turn with the others of the same company, and with its tokens.
 */

import type { KeyedQueue } from '../driver/keyed-queue'
import type { Leases } from '../driver/leases'
import { dropsCode } from '../driver/records/corp-writes'
import type { TokenTurns } from '../driver/token-turns'
import type { Store } from '../store'
import type { CorpDocuments } from './corp-documents'
import { corpFile } from './folder/layout'

type Call = <T>(work: () => T | Promise<T>) => Promise<T>

export const createCorpWrites = (parts: {
  corps: CorpDocuments
  leases: Pick<Leases, 'assertHeld'>
  turns: TokenTurns
  queue: KeyedQueue
  call: Call
  /** A call that waits until every company was read. */
  listing: Call
}): Pick<Store, 'changeCorp' | 'removeCorp'> => {
  const { corps, leases, turns, queue, call, listing } = parts
  return {
    changeCorp: (suiteId, corpid, change, under) =>
      call(() =>
        queue.run(corpFile(suiteId, corpid), async () => {
          const changed = await corps.change(suiteId, corpid, (current) => {
            const next = change(current)
            if (next !== null && under) leases.assertHeld(under)
            return next
          })
          const { before, after } = changed
          if (after && dropsCode(before, after)) turns.endOfCorp(suiteId, corpid)
          return changed
        }),
      ),

    removeCorp: (suiteId, corpid, isGone) =>
      listing(() =>
        queue.run(corpFile(suiteId, corpid), async () => {
          const removed = await corps.remove(suiteId, corpid, isGone)
          if (removed) turns.endOfCorp(suiteId, corpid)
          return removed
        }),
      ),
  }
}
