/** Changing a company's record. No I/O. No clock. */

import { CorpRecord } from '../store'
import { storable } from './storable'

export type CorpChange = (current: CorpRecord | null) => CorpRecord | null

/**
 * What a change makes of a company's record, as it will read when it comes back from storage; null
 * if it is to stay as it is.
 *
 * @throws {Error} the change returned another company's record or one that fits no schema: a
 *   mistake of the program, found before it reaches the disk
 */
export const changedCorp = (
  suiteId: string,
  corpid: string,
  current: CorpRecord | null,
  change: CorpChange,
): CorpRecord | null => {
  const returned = change(structuredClone(current))
  if (returned === null) return null
  const next = storable(CorpRecord, returned)
  if (next.suiteId !== suiteId || next.corpid !== corpid) {
    throw new Error(`A change of ${suiteId}/${corpid} returned the record of another company`)
  }
  return next
}
