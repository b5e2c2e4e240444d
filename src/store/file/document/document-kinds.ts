/** The three kinds of documents: where each lies, what it holds, what of it is secret. */
import { type Static, Type } from '@sinclair/typebox'
import { CorpRecord } from '../../store'
import { SuiteRecord } from '../../suite-record'
import { KeptRefusal, TokenRecord } from '../../token-record'
import { corpFile, suiteFile, tokenFile } from '../folder/layout'
import type { DocumentKind } from './document-content'

/** The document of a suite: its ticket. */
export const suiteDocument = (suiteId: string): DocumentKind<typeof SuiteRecord> => ({
  file: suiteFile(suiteId),
  schema: SuiteRecord,
  belongs: (suite) => suite.suiteId === suiteId,
  precious: true,
  owner: { suiteId, corpid: null },
  record: ['suite', suiteId],
  secrets: ['/ticket/value'],
})

/** The document of one company in one suite. */
export const corpDocument = (suiteId: string, corpid: string): DocumentKind<typeof CorpRecord> => ({
  file: corpFile(suiteId, corpid),
  schema: CorpRecord,
  belongs: (corp) => corp.suiteId === suiteId && corp.corpid === corpid,
  precious: true,
  owner: { suiteId, corpid },
  record: ['corp', suiteId, corpid],
  secrets: ['/permanentCode', '/callbackPair/token', '/callbackPair/encodingAesKey'],
})

const TokenDocument = Type.Object({
  version: Type.Literal(1),
  suiteId: Type.String(),
  corpid: Type.Union([Type.String(), Type.Null()], { description: "Null for the suite's own." }),
  tokens: Type.Record(Type.String(), TokenRecord, { description: 'By kind.' }),
  refusals: Type.Optional(Type.Record(Type.String(), KeptRefusal, { description: 'By kind.' })),
})
export type TokenDocument = Static<typeof TokenDocument>

/** @param corpid null for the suite's own tokens */
export const tokenDocument = (
  suiteId: string,
  corpid: string | null,
): DocumentKind<typeof TokenDocument> => ({
  file: tokenFile(suiteId, corpid),
  schema: TokenDocument,
  belongs: (content) => content.suiteId === suiteId && content.corpid === corpid,
  precious: false,
  owner: { suiteId, corpid },
  record: ['tokens', suiteId, corpid],
  secrets: ['/tokens/*/value'],
})
