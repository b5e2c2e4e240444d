/** One valid record of each kind; a test spreads its deviation over it. */
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import type { AuditEntry } from '../../../src/store/audit-log'
import type { NewEvent } from '../../../src/store/event-record'
import type { CorpRecord, Store } from '../../../src/store/store'
import type { SuiteTicket } from '../../../src/store/suite-record'
import type {
  CorpTokenKey,
  RefusalRecord,
  SuiteTokenKey,
  TokenKey,
  TokenRecord,
} from '../../../src/store/token-record'
import { startMs } from './bench'

export const suiteId = 'ww1a2b3c4d5e6f7890'
export const corpid = 'wpCorpA_x-1'

export const ticket = (changes: Partial<SuiteTicket> = {}): SuiteTicket => ({
  value: 'ticket-1',
  timeStampSeconds: 1_700_000_000,
  receivedAt: startMs,
  ...changes,
})

export const corp = (changes: Partial<CorpRecord> = {}): CorpRecord => ({
  version: 1,
  suiteId,
  corpid,
  name: 'Ärztehaus 示例公司',
  agentid: 1000002,
  status: 'authorized',
  statusReason: null,
  statusAt: startMs,
  permanentCode: 'permanent-code-1',
  authorizedAt: startMs,
  installEventId: 'event-1',
  authMode: 0,
  authInfo: { privilege: { level: 1, allow_user: ['zhangsan'] } },
  ...changes,
})

export const corpToken: CorpTokenKey = { suiteId, corpid, kind: 'access_token' }
export const suiteToken: SuiteTokenKey = { suiteId, corpid: null, kind: 'suite_access_token' }

export const token = (changes: Partial<TokenRecord> = {}): TokenRecord => ({
  value: 'token-1',
  fetchedAt: startMs,
  expiresAt: startMs + 7_200_000,
  generation: 1,
  ...changes,
})

/** Event number `n`; those with higher numbers are younger. */
export const event = (n: number, changes: Partial<NewEvent> = {}): NewEvent => ({
  id: `event-${String(n).padStart(6, '0')}`,
  identity: `identity-${n}`,
  suiteId,
  corpid,
  source: 'command',
  type: 'change_auth',
  receivedAt: startMs + n,
  body: `<xml><Content><![CDATA[第 ${n} 条消息]]></Content></xml>`,
  status: 'pending',
  lastError: null,
  dispatchAt: null,
  ...changes,
})

export const refusal = (changes: Partial<RefusalRecord> = {}): RefusalRecord => ({
  errcode: 40085,
  path: '/cgi-bin/service/get_suite_token',
  errmsg: 'invalid suite ticket',
  attempts: 1,
  refusedAt: startMs,
  holdOffUntil: null,
  ticketSeconds: 1_700_000_000,
  wrongSecretAt: [],
  ...changes,
})

/** Key number `n`; those with higher numbers are younger. */
export const apiKey = (n: number, changes: Partial<ApiKeyRecord> = {}): ApiKeyRecord => ({
  version: 1,
  id: `Key${String(n).padStart(13, '0')}`,
  name: `工单系统 ${n}`,
  scopes: ['proxy'],
  suites: ['crm'],
  corps: [corpid],
  methods: ['GET'],
  paths: ['/cgi-bin/user/'],
  perMinute: 60,
  expiresAt: null,
  createdAt: startMs + n,
  revokedAt: null,
  secrets: [{ hash: `hash-${n}`, until: null }],
  lastUsedAt: null,
  uses: 0,
  ...changes,
})

/** Audit entry number `n`; those with higher numbers are younger. */
export const auditEntry = (n: number, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  id: `audit-${n}`,
  at: startMs + n,
  actor: { kind: 'key', id: apiKey(1).id, name: '工单系统' },
  action: 'corp.access_token',
  suiteId,
  corpid,
  target: null,
  address: '192.0.2.7',
  status: 200,
  ...changes,
})

/** Saves a token under a turn of its own; superseded if none can be had. */
export const saveInTurn = async (
  store: Store,
  key: TokenKey,
  token: TokenRecord,
  replaces: number,
): Promise<'saved' | 'superseded'> => {
  const turn = (await store.takeTokenTurn(key, 1000))?.turn
  return turn ? store.saveToken(key, token, replaces, turn) : 'superseded'
}
