/** The addresses of WeCom's login pages, with their parameters in WeCom's order. Pure. */
import type { LoginScope } from '../flow/flow'

/** The addresses at which WeCom's pages stand, without a slash at their end. */
export interface WecomPages {
  /** WECOM_OAUTH_URL. */
  readonly oauthUrl: string
  /** WECOM_LOGIN_URL. */
  readonly loginUrl: string
  /** WECOM_OPEN_URL. */
  readonly openUrl: string
}

interface Return {
  /** Where WeCom leads back to; its host is under 可信域名. */
  readonly redirectUri: string
  readonly state: string
}

/** A page of WeCom’s with the parameters that are given. */
export const withQuery = (
  page: string,
  query: Readonly<Record<string, string | number | null>>,
) => {
  const given = Object.entries(query).filter(([, value]) => value !== null)
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
  return `${page}?${text.join('&')}`
}

/**
 * Inside WeCom's client (document 91120).
 *
 * @param link.appid the suite's id, or a company's corpid for its customised app
 * @param link.agentid WeCom activates a member's licence by it; needed with a corpid
 */
export const clientLoginLink = (
  { oauthUrl }: WecomPages,
  link: Return & { appid: string; scope: LoginScope; agentid: number | null },
): string =>
  `${withQuery(`${oauthUrl}/connect/oauth2/authorize`, {
    appid: link.appid,
    redirect_uri: link.redirectUri,
    response_type: 'code',
    scope: link.scope,
    state: link.state,
    agentid: link.agentid,
  })}#wechat_redirect`

/** In any browser, by a login suite (document 98151), or into a company's customised app. */
export const webLoginLink = (
  { loginUrl }: WecomPages,
  link: Return &
    (
      | { loginType: 'ServiceApp'; appid: string }
      | { loginType: 'CorpApp'; appid: string; agentid: number }
    ),
): string =>
  withQuery(`${loginUrl}/wwlogin/sso/login`, {
    login_type: link.loginType,
    appid: link.appid,
    agentid: link.loginType === 'CorpApp' ? link.agentid : null,
    redirect_uri: link.redirectUri,
    state: link.state,
  })

/** In any browser, by the provider's corpid: the older way (document 91124). */
export const providerLoginLink = (
  { openUrl }: WecomPages,
  link: Return & { providerCorpid: string },
): string =>
  withQuery(`${openUrl}/wwopen/sso/3rd_qrConnect`, {
    appid: link.providerCorpid,
    redirect_uri: link.redirectUri,
    state: link.state,
    usertype: 'member',
  })
