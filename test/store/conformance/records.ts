/** One valid record of each kind; a test spreads its deviation over it. */
import type { NewEvent } from '../../../src/store/event-log'
import type { CorpRecord, SuiteTicket } from '../../../src/store/store'
import type { TokenKey, TokenRecord } from '../../../src/store/token-record'
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

export const corpToken: TokenKey = { suiteId, corpid, kind: 'access_token' }
export const suiteToken: TokenKey = { suiteId, corpid: null, kind: 'suite_access_token' }

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
  endpoints: [],
  ...changes,
})
