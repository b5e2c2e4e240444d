/** One document for each company in a suite, and what must happen to its tokens with it. */
import { type CorpChange, changedCorp, dropsCode, dropsSecret } from '../driver/records/corp-writes'
import type { ChangedCorp, CorpRecord } from '../store'
import type { CorpIndex } from './corp-index'
import { corpDocument } from './document/document-kinds'
import type { Documents } from './document/documents'
import type { TokenDocuments } from './token-documents'

export interface CorpDocuments {
  load(suiteId: string, corpid: string): Promise<CorpRecord | null>
  /** Not to overlap with another change of this company, nor with the saving of its tokens. */
  change(suiteId: string, corpid: string, change: CorpChange): Promise<ChangedCorp>
  /** As `change`, and not before all companies were read: that would bring it back into lists. */
  remove(
    suiteId: string,
    corpid: string,
    isGone: (current: CorpRecord) => boolean,
  ): Promise<boolean>
}

export const createCorpDocuments = (
  documents: Documents,
  tokens: TokenDocuments,
  index: CorpIndex,
): CorpDocuments => {
  const documentOf = (suiteId: string, corpid: string) =>
    documents.at(corpDocument(suiteId, corpid))

  return {
    load: async (suiteId, corpid) => {
      const corp = await documentOf(suiteId, corpid).read()
      // One that was mended by hand comes back into the lists this way.
      if (corp) index.add(corp)
      return corp
    },

    change: async (suiteId, corpid, change) => {
      const document = documentOf(suiteId, corpid)
      const current = await document.read()
      const next = changedCorp(suiteId, corpid, current, change)
      if (next === null) return { before: current, after: structuredClone(current) }
      // Before the code goes, not after: a crash in between costs a refresh and leaves no token.
      if (dropsCode(current, next)) await tokens.erase(suiteId, corpid)
      try {
        await document.write(next, { forgetting: dropsSecret(current, next) })
      } catch (error) {
        // It may have failed before or after the new version took its place.
        const stored = await document.read().catch(() => null)
        if (stored) index.set(stored)
        throw error
      }
      index.set(next)
      return { before: current, after: next }
    },

    remove: async (suiteId, corpid, isGone) => {
      const document = documentOf(suiteId, corpid)
      const current = await document.read()
      if (current === null || !isGone(structuredClone(current))) return false
      await tokens.erase(suiteId, corpid)
      await document.remove()
      index.remove(current)
      return true
    },
  }
}
