/** One document for each suite that has had a ticket. */
import { isOlderTicket } from '../driver/records/precedence'
import type { SuiteRecord, SuiteTicket } from '../suite-record'
import type { CorpIndex } from './corp-index'
import { suiteDocument } from './document/document-kinds'
import type { Documents } from './document/documents'

export interface SuiteDocuments {
  load(suiteId: string): Promise<SuiteRecord | null>
  /** Not to overlap with another call for the same suite. */
  saveTicket(suiteId: string, ticket: SuiteTicket): Promise<'saved' | 'older'>
}

export const createSuiteDocuments = (documents: Documents, index: CorpIndex): SuiteDocuments => ({
  load: async (suiteId) => {
    const suite = await documents.at(suiteDocument(suiteId)).read()
    if (suite) index.addSuite(suiteId)
    return suite
  },

  saveTicket: async (suiteId, ticket) => {
    const document = documents.at(suiteDocument(suiteId))
    const stored = await document.read()
    if (isOlderTicket(stored?.ticket ?? null, ticket)) return 'older'
    await document.write({ version: 1, suiteId, ticket })
    index.addSuite(suiteId)
    return 'saved'
  },
})
