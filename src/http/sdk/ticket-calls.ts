/** The calls by which SDKs fetch the tickets that sign pages: for keys of scope `ticket` alone. */
import { type Clock, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { CorpTokenKind } from '../../store/token-record'
import { reachInSuite } from '../../suite/access/caller'
import type { Corps } from '../../suite/corps'
import type { ProxiedToken } from '../../suite/proxy/proxied-path'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { Access } from '../access/access'
import type { AuditEntries } from '../access/audit-entries'
import { statusOf } from '../answer/problem'
import { queryOf } from '../request/address'
import { SdkRefusal } from './dialect'
import type { KeyCaller, SdkDoor } from './sdk-door'
import { handleNamed } from './shown-handle'

export interface TicketCallParts {
  readonly sdkDoor: SdkDoor
  readonly access: Pick<Access, 'assertMay'>
  readonly auditEntries: AuditEntries
  readonly suites: Suites
  readonly corps: Corps
  readonly tokens: Pick<Tokens, 'get'>
  readonly clock: Clock
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

/**
 * Our own ticket, from the cache that `/sign` uses: however often it is asked for, WeCom's budget
 * holds.
 */
export const createTicketCall = (parts: TicketCallParts) => {
  const { sdkDoor, access, auditEntries, suites, corps, tokens, clock } = parts

  const ticketFor = async (
    request: Request,
    path: TicketPath,
    caller: KeyCaller,
    { suiteId, corpid }: ProxiedToken,
  ) => {
    if (corpid === null) {
      throw new SdkRefusal(40014, 'this is no access_token of a company: ask gettoken for one.')
    }
    const reach = reachInSuite(suites, suiteId, corpid)
    access.assertMay(caller, { scopes: ['ticket'], reach })
    const kind = kinds[path](new URLSearchParams(queryOf(request)))
    const record = await corps.require(suiteId, corpid)
    return tokens.get({ suiteId, corpid: record.corpid, kind })
  }

  return async (request: Request, path: TicketPath) => {
    const { caller, handle } = await sdkDoor.byHandle(handleNamed(request, 'access_token'), request)
    const { suiteId, corpid } = handle.token
    /**
     * As `/api` writes it down for the same ticket, refusals with the status that they would have
     * there.
     */
    const record = (status: number) => {
      const deed = { action: 'corp.reveal_ticket', suiteId, corpid, target: null, status }
      return auditEntries.add(request, caller, deed)
    }
    const { value, expiresAt } = await ticketFor(request, path, caller, handle.token).catch(
      async (error) => {
        await record(statusOf(error))
        throw error
      },
    )
    await record(200)
    const expiresIn = Math.max(0, Math.floor((expiresAt - clock.now()) / secondMs))
    return { errcode: 0, errmsg: 'ok', ticket: value, expires_in: expiresIn }
  }
}
