/** A suite, a company and a provider as logins know them; each test changes what it is about. */
import type { CorpRecord } from '../../../src/store/store'
import { createSuites, type Provider, type Suite, type Suites } from '../../../src/suite/suites'

export const publicUrl = 'https://gw.example.com'

export const suiteWith = (change: Partial<Suite> = {}): Suite => ({
  key: 'crm',
  kind: 'app',
  pairs: { current: null, previous: null },
  suiteId: 'wwCrm',
  suiteSecret: 'secret',
  receiveIdEmpty: false,
  installMode: 'formal',
  observes: false,
  trustedDomains: ['crm.example.com'],
  ...change,
})

export const suitesOf = (all: readonly Suite[], change: Partial<Provider> = {}): Suites =>
  createSuites(
    all,
    { corpid: 'wwProvider', secret: 'secret', systemPair: null, hasOwnLogin: false, ...change },
    null,
  )

export const corpWith = (change: Partial<CorpRecord> = {}): CorpRecord => ({
  version: 1,
  suiteId: 'wwCrm',
  corpid: 'wp1',
  name: '青松科技有限公司',
  agentid: 1000002,
  status: 'authorized',
  statusReason: null,
  statusAt: 1,
  permanentCode: 'code',
  authorizedAt: 1,
  installEventId: null,
  authMode: 0,
  authInfo: null,
  ...change,
})
