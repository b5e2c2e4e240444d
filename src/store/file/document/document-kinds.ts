/** The kinds of documents: where each lies, what it holds, what of it is secret. */
import { type Static, Type } from '@sinclair/typebox'
import { ApiKeyRecord } from '../../api-keys'
import { EndpointRecord } from '../../endpoints'
import { ServiceSecretRecord } from '../../service-secret'
import { CorpRecord } from '../../store'
import { SuiteRecord } from '../../suite-record'
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
  record: ['tokens', suiteId, corpid],
  secrets: ['/tokens/*/value'],
})

/** What belongs to the service as a whole. */
const noOwner = { suiteId: null, corpid: null }

/** The document of an API key: the hash of a key of 256 random bits is no secret. */
export const keyDocument = (id: string): DocumentKind<typeof ApiKeyRecord> => ({
  file: keyFile(id),
  schema: ApiKeyRecord,
  belongs: (key) => key.id === id,
  precious: true,
  owner: noOwner,
  record: ['key', id],
  secrets: [],
})

/** The document of an endpoint that was made by the API. */
export const endpointDocument = (name: string): DocumentKind<typeof EndpointRecord> => ({
  file: endpointFile(name),
  schema: EndpointRecord,
  belongs: (endpoint) => endpoint.name === name,
  precious: true,
  owner: noOwner,
  record: ['endpoint', name],
  secrets: [
    '/url',
    '/signing/secrets/*/secret',
    '/signing/pairs/*/token',
    '/signing/pairs/*/encodingAesKey',
    '/headers/*',
  ],
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
  owner: noOwner,
  record: ['key uses'],
  secrets: [],
}

/** The document of the service's own secret. */
export const serviceSecretDocument: DocumentKind<typeof ServiceSecretRecord> = {
  file: serviceSecretFile,
  schema: ServiceSecretRecord,
  belongs: () => true,
  precious: true,
  owner: noOwner,
  record: ['service secret'],
  secrets: ['/secret'],
}
