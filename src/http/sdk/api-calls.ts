/** Every other call of an SDK: the proxy's way, with the token that its handle stands for. */
import type { Clock } from '../../clock'
import { everything, reachInSuite } from '../../suite/access/caller'
import type { Corps } from '../../suite/corps'
import type { Forward, ForwardRequest } from '../../suite/proxy/forward'
import { guardStream } from '../../suite/proxy/own-keys'
import type { ProxiedToken } from '../../suite/proxy/proxied-path'
import { isHarmlessTwice } from '../../suite/proxy/repeat-rule'
import { wasNotSent } from '../../suite/proxy/upstream'
import type { Suites } from '../../suite/suites'
import { endpointOf } from '../../wecom/api/endpoints'
import { WecomFailure } from '../../wecom/api/failure'
import type { Access } from '../access/access'
import { namedCorp, type ProxiedBody, proxiedBody } from '../proxy/proxied-body'
import { queryOf } from '../request/address'
import type { BodyBudget } from '../request/body-budget'
import { keyInBody } from './code-in-body'
import { outcomeUnknown } from './dialect'
import type { SdkAddress } from './sdk-address'
import type { KeyCaller, SdkDoor } from './sdk-door'
import { requireSdkPath, type SdkPath } from './sdk-path'
import { handleNamed, requireSameSuite } from './shown-handle'

export interface ApiCallParts {
  readonly sdkDoor: SdkDoor
  readonly access: Pick<Access, 'assertMay'>
  readonly suites: Suites
  readonly corps: Corps
  readonly forward: Forward
  readonly bodyBudget: BodyBudget
  readonly clock: Clock
}

/** A call that was let in; for whom it is is judged next. */
interface Let {
  readonly request: Request
  readonly caller: KeyCaller
  readonly token: ProxiedToken
  readonly path: string
  readonly scopes: SdkPath['scopes']
  readonly body: ProxiedBody
}

/**
 * Whether a call that failed may have done what it asks for, so that its repetition would do it
 * twice.
 */
const mayHaveActed = (error: unknown, method: string, path: string): error is WecomFailure =>
  error instanceof WecomFailure &&
  // Not one of ours for its token, before it.
  error.path === path &&
  !wasNotSent(error) &&
  !isHarmlessTwice(method, path)

type Judged = Pick<ForwardRequest, 'token' | 'body' | 'contentLength'>

export const createApiCall = (parts: ApiCallParts) => {
  const { sdkDoor, access, suites, corps, forward, bodyBudget, clock } = parts

  /** The body with the stored permanent code, where an API key stands for it. */
  const withStoredCode = async ({
    request,
    token,
    path,
    scopes,
    body,
  }: Let): Promise<ProxiedBody> => {
    const { corpField } = endpointOf(path)
    const named = corpField === null ? null : keyInBody(body, corpField)
    if (named === null) return body
    const { suiteId } = token
    const own = await sdkDoor.byKey(named.key, request)
    const reach = reachInSuite(suites, suiteId, named.corpid)
    access.assertMay(own, { scopes, reach })
    return named.withCode((await corps.require(suiteId, named.corpid)).permanentCode)
  }

  /** What goes up, once the caller may touch what it is about. */
  const judged = async (call: Let): Promise<Judged> => {
    const { caller, token, path, scopes, body } = call
    const assertReach = (corpid: string | null) =>
      access.assertMay(caller, { scopes, reach: reachInSuite(suites, token.suiteId, corpid) })
    switch (token.kind) {
      case 'provider_access_token':
        access.assertMay(caller, { scopes, reach: everything })
        return { token, ...body }
      case 'access_token': {
        assertReach(token.corpid)
        const { corpid } = await corps.require(token.suiteId, token.corpid)
        return { token: { ...token, corpid }, ...body }
      }
      case 'suite_access_token': {
        const { corpField } = endpointOf(path)
        if (caller.key.corps === null || corpField === null) {
          assertReach(null)
          return { token, ...(await withStoredCode(call)) }
        }
        const named = namedCorp(body, corpField)
        assertReach(named.corpid)
        const own = { body: named.body, contentLength: null }
        return { token, ...(await withStoredCode({ ...call, body: own })) }
      }
    }
  }

  return async (request: Request, { suite, path }: SdkAddress): Promise<Response> => {
    const { method, headers, signal } = request
    const { query: tokenName, scopes, requireToken } = requireSdkPath(path)
    const shown = handleNamed(request, tokenName)
    const { caller, handle } = await sdkDoor.byHandle(shown, request)
    const { token } = handle
    requireToken(token)
    if (suite !== undefined) requireSameSuite(suites, suite, token.suiteId)
    access.assertMay(caller, { scopes, reach: 'later', call: { method, path } })
    const query = queryOf(request)
    const room = bodyBudget.roomFor(request)
    try {
      const came = await proxiedBody(request, clock, room)
      const up = await judged({ request, caller, token, path, scopes, body: came })
      const guarded = up.body instanceof ReadableStream ? guardStream(up.body) : null
      const body = guarded?.stream ?? up.body
      const sent = { ...up, body, method, path, query, headers, besides: {}, signal }
      return await forward(sent).catch((error) => {
        throw (
          guarded?.refusal() ?? (mayHaveActed(error, method, path) ? outcomeUnknown(error) : error)
        )
      })
    } finally {
      room.release()
    }
  }
}
