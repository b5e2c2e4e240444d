/** Changes of a company's record, and the secrets that a change drops. No I/O. No clock. */
import { CorpRecord } from '../../store'
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

/** Whether a change takes away or replaces the permanent code: then its tokens go with it. */
export const dropsCode = (current: CorpRecord | null, next: CorpRecord): boolean =>
  current !== null && current.permanentCode !== null && current.permanentCode !== next.permanentCode

const dropsPair = ({ callbackPair: old }: CorpRecord, { callbackPair }: CorpRecord): boolean =>
  old !== undefined &&
  (old.token !== callbackPair?.token || old.encodingAesKey !== callbackPair.encodingAesKey)

/** Whether a change takes away or replaces a secret: then the old one must vanish. */
export const dropsSecret = (current: CorpRecord | null, next: CorpRecord): boolean =>
  current !== null && (dropsCode(current, next) || dropsPair(current, next))
