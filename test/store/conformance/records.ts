/** One valid record of each kind; a test spreads its deviation over it. */
import type { NewEvent } from '../../../src/store/event-log'
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
  endpoints: [],
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
