/** The kinds of records: what each holds, and what of it is secret. */
import { ApiKeyRecord } from '../../api-keys'
import { EndpointRecord } from '../../endpoints'
import { ServiceSecretRecord } from '../../service-secret'
import { CorpRecord } from '../../store'
import { SuiteRecord } from '../../suite-record'
import type { TokenKey } from '../../token-record'
import type { Place } from '../sealing'
import type { RecordKind } from './record-content'

/** The record of a suite: its ticket. */
export const suiteKind = (suiteId: string): RecordKind<typeof SuiteRecord> => ({
  schema: SuiteRecord,
  belongs: (suite) => suite.suiteId === suiteId,
  owner: { suiteId, corpid: null },
  record: ['suite', suiteId],
  secrets: ['/ticket/value'],
})

/** The record of one company in one suite. */
export const corpKind = (suiteId: string, corpid: string): RecordKind<typeof CorpRecord> => ({
  schema: CorpRecord,
  belongs: (corp) => corp.suiteId === suiteId && corp.corpid === corpid,
  owner: { suiteId, corpid },
  record: ['corp', suiteId, corpid],
  secrets: ['/permanentCode', '/callbackPair/token', '/callbackPair/encodingAesKey'],
})

/**
 * What the tokens of one owner are bound to.
 *
 * @param corpid null for the suite's own tokens
 */
export const tokensRecord = (suiteId: string, corpid: string | null): Place => [
  'tokens',
  suiteId,
  corpid,
]

/** The place of one token's value. */
export const tokenPlace = ({ suiteId, corpid, kind }: TokenKey): Place => [
  ...tokensRecord(suiteId, corpid),
  `/tokens/${kind}/value`,
]

/** What belongs to the service as a whole. */
const noOwner = { suiteId: null, corpid: null }

/** The record of an API key: the hash of a key of 256 random bits is no secret. */
export const keyKind = (id: string): RecordKind<typeof ApiKeyRecord> => ({
  schema: ApiKeyRecord,
  belongs: (key) => key.id === id,
  owner: noOwner,
  record: ['key', id],
  secrets: [],
})

/** The record of an endpoint that was made by the API. */
export const endpointKind = (name: string): RecordKind<typeof EndpointRecord> => ({
  schema: EndpointRecord,
  belongs: (endpoint) => endpoint.name === name,
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

/** The record of the service's own secret. */
export const serviceSecretKind: RecordKind<typeof ServiceSecretRecord> = {
  schema: ServiceSecretRecord,
  belongs: () => true,
  owner: noOwner,
  record: ['service secret'],
  secrets: ['/secret'],
}
