/** The routes of the proxy: WeCom's API with tokens that suited puts in. */
import { Elysia } from 'elysia'
import type { Clock } from '../../clock'
import { everything, reachInSuite } from '../../suite/access/caller'
import type { Corps } from '../../suite/corps'
import { requireProviderKey } from '../../suite/install/customised-app-url'
import { assertServing } from '../../suite/observed-suites'
import type { Forward, ForwardRequest } from '../../suite/proxy/forward'
import { type ProxiedToken, requirePassable } from '../../suite/proxy/proxied-path'
import type { SuiteIdFor } from '../../suite/suite-of-corp'
import { requireSuiteId, type Suites } from '../../suite/suites'
import { suiteTokenKey } from '../../suite/tokens/token-source'
import { endpointOf } from '../../wecom/api/endpoints'
import type { Access } from '../access/access'
import { routeGroup } from '../answer/route-group'
import { queryOf } from '../request/address'
import type { BodyBudget } from '../request/body-budget'
import { type PathNames, pathNames } from '../request/path-names'
import { namedCorp, type ProxiedBody, proxiedBody } from './proxied-body'
import { splitSuite, wecomPathOf } from './proxy-address'
import { proxyAnswers, proxyOperation } from './proxy-document'

export interface ProxyParts {
  readonly access: Access
  readonly suites: Suites
  readonly corps: Corps
  readonly suiteIdFor: SuiteIdFor
  readonly forward: Forward
  readonly bodyBudget: BodyBudget
  readonly clock: Clock
}

/** Whose token a call takes, and what is left of its query. */
interface Addressed {
  readonly token: ForwardRequest['token']
  readonly query: string
  readonly body: ProxiedBody
}

interface Asked {
  readonly request: Request
  readonly names: PathNames
  readonly path: string
  readonly body: ProxiedBody
}

type Address = (asked: Asked) => Promise<Addressed>

interface Asking {
  readonly params: unknown
  readonly request: Request
  readonly set: { headers: Record<string, string | number> }
}

export const proxyRoutes = (parts: ProxyParts, headersOfAnswers: Record<string, string>) => {
  const { access, suites, corps, suiteIdFor, forward, bodyBudget, clock } = parts

  const ofCorp: Address = async ({ request, names, body }) => {
    const { corpid = '', suite: inPath } = names
    const { suite, rest } = splitSuite(queryOf(request))
    const suiteId = await suiteIdFor(corpid, inPath ?? suite)
    access.requireReach(request, reachInSuite(suites, suiteId, corpid))
    assertServing(suites, suiteId)
    const record = await corps.require(suiteId, corpid)
    return {
      token: { suiteId: record.suiteId, corpid: record.corpid, kind: 'access_token' },
      query: rest,
      body,
    }
  }

  const ofSuite: Address = async ({ request, names, path, body }) => {
    const suite = suites.find(names.suite)
    const { corpField } = endpointOf(path)
    const caller = access.callerOf(request)
    const isLimited = caller?.kind === 'key' && caller.key.corps !== null
    const named = isLimited && corpField !== null ? namedCorp(body, corpField) : null
    access.requireReach(request, { suiteKey: suite.key, corpid: named?.corpid ?? null })
    return {
      token: suiteTokenKey(requireSuiteId(suite)),
      query: queryOf(request),
      body: named ? { body: named.body, contentLength: null } : body,
    }
  }

  const ofProvider: Address = async ({ request, names, body }) => {
    if (names.suite !== undefined) suites.find(names.suite)
    access.requireReach(request, everything)
    return { token: requireProviderKey(suites), query: queryOf(request), body }
  }

  const addresses = {
    Corp: ['access_token', ofCorp],
    Suite: ['suite_access_token', ofSuite],
    Provider: ['provider_access_token', ofProvider],
  } as const

  const passOn = async (
    request: Request,
    names: PathNames,
    [kind, address]: readonly [ProxiedToken['kind'], Address],
  ): Promise<Response> => {
    const { method, headers, signal } = request
    const path = wecomPathOf(request) ?? ''
    await access.require(request, { scopes: ['proxy'], reach: 'later', call: { method, path } })
    requirePassable(path, kind)
    const room = bodyBudget.roomFor(request)
    try {
      const body = await proxiedBody(request, clock, room)
      const { token, query, body: sent } = await address({ request, names, path, body })
      const besides = headersOfAnswers
      return await forward({ token, method, path, query, headers, besides, signal, ...sent })
    } finally {
      room.release()
    }
  }

  const at = (path: string, whose: keyof typeof addresses) => {
    const handle = async ({ params, request, set }: Asking): Promise<Response> => {
      const answer = await passOn(request, pathNames(params), addresses[whose])
      // The answer has them already.
      set.headers = {}
      return answer
    }
    // A route for GET would answer HEAD by itself, and count the bytes of GET's answer.
    return new Elysia().all(path, handle, {
      parse: 'none',
      response: proxyAnswers,
      detail: proxyOperation(whose, path.startsWith('/suites/')),
    })
  }

  const routes = new Elysia()
    .use(at('/proxy/corps/:corpid/cgi-bin/*', 'Corp'))
    .use(at('/proxy/suite/cgi-bin/*', 'Suite'))
    .use(at('/proxy/provider/cgi-bin/*', 'Provider'))
    .use(at('/suites/:suite/proxy/corps/:corpid/cgi-bin/*', 'Corp'))
    .use(at('/suites/:suite/proxy/suite/cgi-bin/*', 'Suite'))
    .use(at('/suites/:suite/proxy/provider/cgi-bin/*', 'Provider'))
  return routeGroup({ audience: 'operator' }, routes)
}
