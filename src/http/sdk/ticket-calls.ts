/** The calls by which SDKs fetch the tickets that sign pages: for keys of scope `ticket` alone. */
import { type Clock, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { AuditLog } from '../../store/audit-log'
import type { CorpTokenKind } from '../../store/token-record'
import { reachInSuite } from '../../suite/access/caller'
import type { Corps } from '../../suite/corps'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { Access } from '../access/access'
import { actorOf } from '../access/audit-trail'
import { queryOf } from '../request/address'
import type { ClientOf } from '../request/rate-limit'
import { SdkRefusal } from './dialect'
import type { SdkDoor } from './sdk-door'
import { handleNamed } from './shown-handle'

export interface TicketCallParts {
  readonly sdkDoor: SdkDoor
  readonly access: Pick<Access, 'assertMay'>
  readonly suites: Suites
  readonly corps: Corps
  readonly tokens: Pick<Tokens, 'get'>
  readonly auditLog: Pick<AuditLog, 'addAudit'>
  readonly clientOf: ClientOf
  readonly clock: Clock
  newId(): string
}

type TicketPath = '/cgi-bin/get_jsapi_ticket' | '/cgi-bin/ticket/get'
type TicketKind = Exclude<CorpTokenKind, 'access_token'>

const kinds: Readonly<Record<TicketPath, (query: URLSearchParams) => TicketKind>> = {
  '/cgi-bin/get_jsapi_ticket': () => 'jsapi_ticket',
  '/cgi-bin/ticket/get': (query: URLSearchParams) => {
    if (query.get('type') === 'agent_config') return 'agent_ticket'
    throw new ServiceError('invalid_request', 'type is agent_config here.')
  },
}

export const isTicketPath = (path: string): path is TicketPath => Object.hasOwn(kinds, path)

/** Our own ticket, from the cache that `/sign` uses: however often it is asked for, WeCom's budget holds. */
export const createTicketCall = (parts: TicketCallParts) => {
  const { sdkDoor, access, suites, corps, tokens, auditLog, clientOf, clock, newId } = parts

  return async (request: Request, path: TicketPath) => {
    const { caller, handle } = await sdkDoor.byHandle(handleNamed(request, 'access_token'), request)
    const { suiteId, corpid } = handle.token
    if (corpid === null) {
      throw new SdkRefusal(40014, 'this is no access_token of a company: ask gettoken for one.')
    }
    const reach = reachInSuite(suites, suiteId, corpid)
    access.assertMay(caller, { scopes: ['ticket'], reach })
    const kind = kinds[path](new URLSearchParams(queryOf(request)))
    const record = await corps.require(suiteId, corpid)
    const { value, expiresAt } = await tokens.get({ suiteId, corpid: record.corpid, kind })
    const now = clock.now()
    await auditLog.addAudit({
      id: newId(),
      at: now,
      actor: actorOf(caller),
      action: 'corp.reveal_ticket',
      suiteId,
      corpid,
      target: null,
      address: clientOf(request)?.address ?? null,
      status: 200,
    })
    const expiresIn = Math.max(0, Math.floor((expiresAt - now) / secondMs))
    return { errcode: 0, errmsg: 'ok', ticket: value, expires_in: expiresIn }
  }
}
