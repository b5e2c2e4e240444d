/**
 * The first reading of every document, in the background after a start, so that the index knows
 * them.
 */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { CorpIds } from '../store'
import type { CorpDocuments } from './corp-documents'
import { DamagedDocument } from './document/documents'
import type { Inventory } from './folder/layout'
import type { SuiteDocuments } from './suite-documents'

const readsAtOnce = 32

/** From so many on, reading them leaves tens of megabytes of garbage. */
const manyCorps = 20_000

export interface FirstReading {
  /** Those that were there and could not be read: they are in no list, but they exist. */
  readonly unread: readonly CorpIds[]
  readonly whenRead: Promise<void>
}

/** Begins to read; what is read, the documents themselves put into the index. */
export const readAll = (parts: {
  readonly inventory: Inventory
  readonly suites: SuiteDocuments
  readonly corps: CorpDocuments
  readonly log: Logger
  stopped(): boolean
}): FirstReading => {
  const { inventory, suites, corps, log, stopped } = parts
  const unread: CorpIds[] = []
  const owners = (function* () {
    for (const suiteId of inventory.suiteIds) yield { suiteId, corpid: null }
    yield* inventory.corps
  })()

  const read = async () => {
    for (const { suiteId, corpid } of owners) {
      if (stopped()) return
      await (corpid === null ? suites.load(suiteId) : corps.load(suiteId, corpid)).catch(
        (error) => {
          if (corpid !== null) unread.push({ suiteId, corpid })
          // Damage is in the log already; either way the others are to be listed.
          if (error instanceof DamagedDocument) return
          log.error('a document is missing from the lists', { reason: reasonOf(error) })
        },
      )
    }
  }

  const whenRead = Promise.all(Array.from({ length: readsAtOnce }, read)).then(() => {
    // The engine would keep what so much reading left behind for as long as little else happens.
    if (inventory.corps.length >= manyCorps) Bun.gc(true)
  })
  return { unread, whenRead }
}
