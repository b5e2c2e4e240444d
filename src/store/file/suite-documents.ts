/** One document for each suite that has had a ticket. */
import { isOlderTicket } from '../precedence'
import { SuiteRecord, type SuiteTicket } from '../store'
import type { CorpIndex } from './corp-index'
import type { Documents } from './documents'
import { suiteFile } from './layout'

export interface SuiteDocuments {
  load(suiteId: string): Promise<SuiteRecord | null>
  /** Not to overlap with another call for the same suite. */
  saveTicket(suiteId: string, ticket: SuiteTicket): Promise<'saved' | 'older'>
}

export const createSuiteDocuments = (documents: Documents, index: CorpIndex): SuiteDocuments => {
  const documentOf = (suiteId: string) =>
    documents.at(suiteFile(suiteId), {
      schema: SuiteRecord,
      belongs: (suite) => suite.suiteId === suiteId,
      precious: true,
    })

  return {
    load: async (suiteId) => {
      const suite = await documentOf(suiteId).read()
      if (suite) index.addSuite(suiteId)
      return suite
    },

    saveTicket: async (suiteId, ticket) => {
      const document = documentOf(suiteId)
      const standing = await document.read()
      if (isOlderTicket(standing?.ticket ?? null, ticket)) return 'older'
      await document.write({ version: 1, suiteId, ticket })
      index.addSuite(suiteId)
      return 'saved'
    },
  }
}
