/** The beginning of a login: to which page a browser is sent, and what goes with it. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Random } from '../../../retry'
import type { CorpRecord } from '../../../store/store'
import { installedAgentid } from '../../authorized-corp'
import type { Corps } from '../../corps'
import { assertServing } from '../../observed-suites'
import { requireSuiteId, type Suite, type Suites } from '../../suites'
import { beginFlow } from '../flow/begin-flow'
import type { LoginFlow, LoginScope, LoginWay } from '../flow/flow'
import { flowLifeMs } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { loginWayOf } from '../flow/login-way'
import { type OwnAddress, ownAddressOf, ownLink } from '../flow/own-address'
import { requireRedirect } from '../flow/wanted-redirect'
import { clientLoginLink, providerLoginLink, type WecomPages, webLoginLink } from './login-link'
import { webLoginOf } from './web-login'

/** What a login link asks for. */
export interface LoginRequest {
  readonly suite: Suite
  /** Where to go with the code; null for a page of ours. */
  readonly redirect: string | null
  /** The company that is expected; null for any. */
  readonly corpid: string | null
  /** Null leaves it to the browser. */
  readonly way: LoginWay | null
  readonly scope: LoginScope
  /** Whether somebody who is no member is let through. */
  readonly outsiders: boolean
  /** The language of its pages; left out where that is the browser's affair. */
  readonly lang?: string | undefined
}

/** What the browser says of itself. */
export interface Browser {
  readonly userAgent: string | null
  /** Its `Cookie` header. */
  readonly cookies: string | null
}

export type LoginBeginning =
  | { readonly kind: 'go'; readonly location: string; readonly setCookies: readonly string[] }
  /** No page of WeCom's takes this browser: the link is for WeCom's client. */
  | { readonly kind: 'open_in_wecom'; readonly link: string }

export interface BeginLogin {
  /**
   * @throws {ServiceError} public_url_missing, invalid_request, url_not_trusted,
   * suite_not_configured, corp_not_authorized
   */
  begin(request: LoginRequest, browser: Browser): Promise<LoginBeginning>
  /** Starts a flow over whose cookie was lost. Throws likewise. */
  startOver(flow: LoginFlow, suite: Suite, cookies: string | null): Promise<LoginBeginning>
  /** The link with which a login begins again. */
  againLink(request: LoginRequest): Promise<string>
}

/** The link of ours that asks for this. What goes without saying is left out. */
const loginLink = (
  address: OwnAddress,
  { redirect, corpid, way, scope, outsiders, lang }: Omit<LoginRequest, 'suite'>,
): string =>
  ownLink(address, '/login', {
    redirect,
    corpid,
    way,
    scope: scope === 'snsapi_base' ? null : scope,
    outsiders: outsiders ? '1' : null,
    lang,
  })

export const createBeginLogin = (parts: {
  suites: Suites
  corps: Pick<Corps, 'find' | 'require'>
  publicUrl: string | null
  pages: WecomPages
  flowKeys(): Promise<FlowKeys>
  clock: Clock
  random: Random
}): BeginLogin => {
  const { suites, corps, publicUrl, pages, flowKeys, clock, random } = parts

  /**
   * The company that the link names. A customised app belongs to one company, whose own app the
   * member logs in to: it must be there.
   */
  const corpOf = async (suite: Suite, corpid: string | null): Promise<CorpRecord | null> => {
    if (suite.kind !== 'customised') {
      return corpid === null ? null : corps.find(requireSuiteId(suite), corpid)
    }
    if (corpid !== null) return corps.require(requireSuiteId(suite), corpid)
    throw new ServiceError(
      'invalid_request',
      'A customised app belongs to one company: the login link has to name it with corpid=.',
    )
  }

  const requireAgentid = (corp: CorpRecord | null): number => {
    if (corp?.agentid != null) return corp.agentid
    throw new ServiceError(
      'suite_not_configured',
      'The agentid of this company could not be read from WeCom yet.',
      { retryAfterSeconds: 15 },
    )
  }

  const wecomLink = (
    suite: Suite,
    corp: CorpRecord | null,
    flow: LoginFlow,
    redirectUri: string,
  ): string => {
    const back = { redirectUri, state: flow.state }
    const isCustomised = suite.kind === 'customised'
    if (flow.way === 'client') {
      return clientLoginLink(pages, {
        ...back,
        scope: flow.scope,
        appid: isCustomised ? (corp?.corpid ?? '') : requireSuiteId(suite),
        agentid: isCustomised ? requireAgentid(corp) : installedAgentid(corp),
      })
    }
    const web = webLoginOf(suites, suite)
    if (web?.by === 'provider') {
      return providerLoginLink(pages, { ...back, providerCorpid: web.providerCorpid })
    }
    if (web?.by === 'login_suite') {
      return webLoginLink(pages, { ...back, loginType: 'ServiceApp', appid: web.suiteId })
    }
    return webLoginLink(pages, {
      ...back,
      loginType: 'CorpApp',
      appid: corp?.corpid ?? '',
      agentid: requireAgentid(corp),
    })
  }

  /** Sends the browser off, with a state and a cookie of this flow's own. */
  const leave = async (
    suite: Suite,
    corp: CorpRecord | null,
    address: OwnAddress,
    wanted: Omit<LoginFlow, 'kind' | 'suiteKey' | 'state' | 'base'>,
    cookies: string | null,
  ): Promise<LoginBeginning> => {
    const unbegun = { kind: 'login', suiteKey: suite.key, base: address.base, ...wanted } as const
    const { state, sealed, setCookies } = beginFlow(await flowKeys(), unbegun, {
      cookies,
      lifeMs: flowLifeMs,
      now: clock.now(),
      random,
    })
    const redirectUri = ownLink(address, '/login/done', { flow: sealed, lang: wanted.lang })
    const location = wecomLink(suite, corp, { ...unbegun, state }, redirectUri)
    return { kind: 'go', location, setCookies }
  }

  const againLink: BeginLogin['againLink'] = async (request) => {
    const { suite, corpid } = request
    const corp = corpid === null ? null : await corps.find(requireSuiteId(suite), corpid)
    return loginLink(ownAddressOf(suites, suite, publicUrl, corp), request)
  }

  return {
    async begin({ suite, redirect, corpid, way: asked, scope, outsiders, lang }, browser) {
      if (suite.observes) assertServing(suites, suite.suiteId)
      const corp = await corpOf(suite, corpid)
      const address = ownAddressOf(suites, suite, publicUrl, corp)
      const target = requireRedirect(redirect, suite, publicUrl, corp)
      const { userAgent, cookies } = browser
      const hasWebLogin = webLoginOf(suites, suite) !== null
      // A login suite has no app inside the client.
      const wanted = suite.kind === 'login' ? 'web' : asked
      const way = loginWayOf({ userAgent, asked: wanted, hasWebLogin })
      if (way === 'page') {
        const inClient = { redirect, corpid, way: 'client', scope, outsiders, lang } as const
        const link = loginLink(address, inClient)
        return { kind: 'open_in_wecom', link }
      }
      const flow = {
        redirect: target,
        way,
        scope,
        // By the id that its tokens have.
        corpid: corp?.corpid ?? corpid,
        outsiders,
        startedOver: false,
        ...(lang !== undefined && { lang }),
      }
      return leave(suite, corp, address, flow, cookies)
    },

    async startOver({ redirect, way, scope, corpid, outsiders, lang }, suite, cookies) {
      const corp = await corpOf(suite, corpid)
      const address = ownAddressOf(suites, suite, publicUrl, corp)
      const wanted = { redirect, way, scope, corpid, outsiders, startedOver: true }
      const flow = { ...wanted, ...(lang !== undefined && { lang }) }
      return leave(suite, corp, address, flow, cookies)
    },

    againLink,
  }
}
