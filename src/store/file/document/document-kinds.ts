/** The kinds of documents: where each lies, and which record it holds. */
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { ApiKeyRecord } from '../../api-keys'
import type { RecordKind } from '../../driver/records/record-content'
import {
  corpKind,
  endpointKind,
  keyKind,
  serviceSecretKind,
  suiteKind,
  tokensRecord,
} from '../../driver/records/record-kinds'
import type { CorpRecord } from '../../store'
import type { SuiteRecord } from '../../suite-record'
import { RefusalRecord, TokenRecord } from '../../token-record'
import {
  corpFile,
  endpointFile,
  keyFile,
  keyUsesFile,
  serviceSecretFile,
  suiteFile,
  tokenFile,
} from '../folder/layout'

export interface DocumentKind<S extends TSchema> extends RecordKind<S> {
  /** Path below the data folder. */
  readonly file: string
  /** Written durably, with a copy beside it; damage to it is an error for the log. */
  readonly precious: boolean
}

/** The document of a suite: its ticket. */
export const suiteDocument = (suiteId: string): DocumentKind<typeof SuiteRecord> => ({
  ...suiteKind(suiteId),
  file: suiteFile(suiteId),
  precious: true,
})

/** The document of one company in one suite. */
export const corpDocument = (suiteId: string, corpid: string): DocumentKind<typeof CorpRecord> => ({
  ...corpKind(suiteId, corpid),
  file: corpFile(suiteId, corpid),
  precious: true,
})

const TokenDocument = Type.Object({
  version: Type.Literal(1),
  suiteId: Type.String(),
  corpid: Type.Union([Type.String(), Type.Null()], { description: "Null for the suite's own." }),
  tokens: Type.Record(Type.String(), TokenRecord, { description: 'By kind.' }),
  refusals: Type.Optional(Type.Record(Type.String(), RefusalRecord, { description: 'By kind.' })),
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
  record: tokensRecord(suiteId, corpid),
  secrets: ['/tokens/*/value'],
})

/** The document of an API key. */
export const keyDocument = (id: string): DocumentKind<typeof ApiKeyRecord> => ({
  ...keyKind(id),
  file: keyFile(id),
  precious: true,
})

/** The document of an endpoint that was made by the API. */
export const endpointDocument = (
  name: string,
): DocumentKind<ReturnType<typeof endpointKind>['schema']> => ({
  ...endpointKind(name),
  file: endpointFile(name),
  precious: true,
})

const KeyUsesDocument = Type.Object({
  version: Type.Literal(1),
  keys: Type.Record(Type.String(), Type.Pick(ApiKeyRecord, ['uses', 'lastUsedAt']), {
    description: 'By id.',
  }),
})

/** The document that says how often each API key was used. */
export const keyUsesDocument: DocumentKind<typeof KeyUsesDocument> = {
  file: keyUsesFile,
  schema: KeyUsesDocument,
  belongs: () => true,
  precious: false,
  owner: { suiteId: null, corpid: null },
  record: ['key uses'],
  secrets: [],
}

/** The document of the service's own secret. */
export const serviceSecretDocument: DocumentKind<(typeof serviceSecretKind)['schema']> = {
  ...serviceSecretKind,
  file: serviceSecretFile,
  precious: true,
}
