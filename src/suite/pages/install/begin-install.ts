/** The beginning of an installation: WeCom's install page, or a customised app's QR code. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Random } from '../../../retry'
import type { InstallCalls } from '../../../wecom/api/install-calls'
import type { FetchAuthorizationUrl } from '../../install/customised-app-url'
import { assertServing } from '../../observed-suites'
import { requireSuiteId, type Suite, type Suites } from '../../suites'
import { suiteTokenKey } from '../../tokens/token-source'
import type { Tokens } from '../../tokens/tokens'
import { beginFlow } from '../flow/begin-flow'
import { flowLifeMs, qrLifeMs } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { ownAddressOf, ownLink } from '../flow/own-address'
import { requireRedirect } from '../flow/wanted-redirect'
import { type WecomPages, withQuery } from '../login/login-link'

/** What an install link asks for. */
export interface InstallRequest {
  readonly suite: Suite
  /** Where to go with the code; null for a page of ours. */
  readonly redirect: string | null
  /** The language of its pages; left out where that is the browser's affair. */
  readonly lang?: string | undefined
}

export type InstallBeginning =
  /** To WeCom's install page, by a page of ours: WeCom wants to see where they come from. */
  | { readonly kind: 'go_on'; readonly address: string; readonly setCookies: readonly string[] }
  | {
      readonly kind: 'scan'
      /** What the QR code holds. */
      readonly qrLink: string
      /** The address of ours that tells whether it was scanned. */
      readonly waitingLink: string
      readonly setCookies: readonly string[]
    }

export interface BeginInstall {
  /**
   * @param cookies the browser's `Cookie` header
   * @throws {ServiceError} public_url_missing, invalid_request, url_not_trusted,
   * suite_not_configured, suite_ticket_missing, wecom_error, wecom_timeout
   */
  begin(request: InstallRequest, cookies: string | null): Promise<InstallBeginning>
  /** The link with which an installation begins again; null without a public URL. */
  againLink(request: InstallRequest): string | null
}

const loginSuite = () =>
  new ServiceError(
    'invalid_request',
    'A login suite (登录授权) is no app that a company installs: use the link of the app.',
  )

export const createBeginInstall = (parts: {
  suites: Suites
  publicUrl: string | null
  pages: Pick<WecomPages, 'openUrl'>
  tokens: Pick<Tokens, 'withToken'>
  calls: InstallCalls
  fetchAuthorizationUrl: FetchAuthorizationUrl
  flowKeys(): Promise<FlowKeys>
  clock: Clock
  random: Random
}): BeginInstall => {
  const { suites, publicUrl, pages, tokens, calls, fetchAuthorizationUrl } = parts
  const { flowKeys, clock, random } = parts

  /** A code for WeCom's install page that stands for the suite's mode of installing. */
  const preAuthCodeOf = ({ installMode }: Suite, suiteId: string): Promise<string> =>
    tokens.withToken(suiteTokenKey(suiteId), async (token) => {
      const preAuthCode = await calls.fetchPreAuthCode(token)
      await calls.setSessionInfo(token, preAuthCode, installMode === 'test')
      return preAuthCode
    })

  return {
    async begin({ suite, redirect: asked, lang }, cookies) {
      const address = ownAddressOf(suites, suite, publicUrl, null)
      const redirect = requireRedirect(asked, suite, publicUrl, null)
      if (suite.kind === 'login') throw loginSuite()
      const suiteId = requireSuiteId(suite)
      assertServing(suites, suiteId)
      const byQr = suite.kind === 'customised'
      const wanted = { redirect, byQr, ...(lang !== undefined && { lang }) }
      const unbegun = {
        kind: 'install',
        suiteKey: suite.key,
        base: address.base,
        ...wanted,
      } as const
      const { state, sealed, setCookies } = beginFlow(await flowKeys(), unbegun, {
        cookies,
        lifeMs: byQr ? qrLifeMs : flowLifeMs,
        now: clock.now(),
        random,
      })
      if (byQr) {
        const { url: qrLink } = await fetchAuthorizationUrl(suiteId, state)
        const waitingLink = ownLink(address, '/install/waiting', { flow: sealed, state, lang })
        return { kind: 'scan', qrLink, waitingLink, setCookies }
      }
      const installPage = withQuery(`${pages.openUrl}/3rdapp/install`, {
        suite_id: suiteId,
        pre_auth_code: await preAuthCodeOf(suite, suiteId),
        redirect_uri: ownLink(address, '/install/done', { flow: sealed, lang }),
        state,
      })
      return { kind: 'go_on', address: installPage, setCookies }
    },

    againLink({ suite, redirect, lang }) {
      if (publicUrl === null) return null
      return ownLink(ownAddressOf(suites, suite, publicUrl, null), '/install', { redirect, lang })
    },
  }
}
