/** Signatures for pages (JS-SDK, document 96909). */
import type { Clock } from '../../clock'
import { secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { Random } from '../../retry'
import type { CorpSite } from '../../store/corp-site'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import { jsapiSignature } from '../../wecom/jssdk'
import type { AuthorizedCorp } from '../authorized-corp'
import type { Corps } from '../corps'
import { requireSuiteId, type Suite } from '../suites'
import type { Tokens } from '../tokens/tokens'
import {
  createPageUrlParser,
  holdsPlaceholder,
  type PageUrl,
  type Site,
  trustedDomainOf,
} from './page-url'
import { refusedAddress, unreplacedCorpid, untrustedPage } from './refused-page'

export const signatureTypes = ['config', 'agent_config'] as const
export type SignatureType = (typeof signatureTypes)[number]

export interface SignRequest {
  readonly suite: Suite
  readonly corpid: string
  /** The page's address, once decoded. */
  readonly url: string
  readonly type: SignatureType
}

/** As `ww.register`'s callbacks take it; `sign` and `noncestr` are the same values again. */
export interface PageSignature {
  readonly corpid: string
  readonly agentid?: number
  /** Seconds. */
  readonly timestamp: number
  readonly nonceStr: string
  readonly signature: string
  readonly sign: string
  readonly noncestr: string
}

export interface Signing {
  /**
   * @throws {ServiceError} invalid_request, url_not_encoded, url_not_trusted,
   * suite_not_configured, suite_ticket_missing, corp_not_authorized, wecom_error, wecom_timeout
   */
  sign(request: SignRequest): Promise<PageSignature>
  /**
   * What `sign` would give, if nothing has to be waited for; null otherwise. Throws likewise, and
   * for a page on a host that the company alone trusts.
   */
  signIfCached(request: SignRequest): PageSignature | null
  /**
   * The company's own site, if it has trusted domains; null otherwise, and for unknown companies.
   */
  siteOf(suite: Suite, corpid: string): Promise<CorpSite | null>
}

const nonceLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789'
const nonceLength = 16

/** Two at a time is half the work. */
const nonceParts = [...nonceLetters].flatMap((one) => [...nonceLetters].map((two) => one + two))

const createNonce = (random: Random): string => {
  let nonce = ''
  while (nonce.length < nonceLength) nonce += nonceParts[(random() * nonceParts.length) | 0]
  return nonce
}

/** What the store takes for an id; callers may send anything. */
const isCorpid = (text: string): boolean => /^[A-Za-z0-9_-]{1,128}$/.test(text)

/** The ticket that WeCom wants for each type. */
export const ticketKinds = { config: 'jsapi_ticket', agent_config: 'agent_ticket' } as const

const ticketKey = ({ type }: SignRequest, { suiteId, corpid }: AuthorizedCorp): TokenKey => ({
  suiteId,
  corpid,
  kind: ticketKinds[type],
})

export const createSigning = (parts: {
  corps: Corps
  tokens: Tokens
  clock: Clock
  random: Random
}): Signing => {
  const { corps, tokens, clock, random } = parts
  const parsePageUrl = createPageUrlParser()

  /** @throws {ServiceError} invalid_request, url_not_encoded */
  const pageUrlOf = (url: string): PageUrl => {
    const parsed = parsePageUrl(url)
    if (!parsed.ok) throw refusedAddress(parsed.reason)
    return parsed.value
  }

  const isTrusted = ({ trustedDomains }: Suite, site: Site): boolean =>
    trustedDomains.length === 0 || trustedDomainOf(site, trustedDomains) !== null

  const siteOf: Signing['siteOf'] = async ({ suiteId }, corpid) => {
    if (suiteId === null || !isCorpid(corpid)) return null
    const site = (await corps.find(suiteId, corpid))?.site
    return site && site.trustedDomains.length > 0 ? site : null
  }

  /** @throws {ServiceError} url_not_trusted — neither the suite nor the company trusts the page */
  const assertTrusted = async ({ suite, corpid }: SignRequest, site: Site): Promise<void> => {
    if (isTrusted(suite, site)) return
    const own = await siteOf(suite, corpid)
    if (own === null || trustedDomainOf(site, own.trustedDomains) === null) {
      throw untrustedPage(site)
    }
  }

  const signatureOf = (
    { corpid, type }: SignRequest,
    address: string,
    { agentid }: AuthorizedCorp,
    ticket: TokenRecord,
  ): PageSignature => {
    if (type === 'agent_config' && agentid === null) {
      throw new ServiceError(
        'suite_not_configured',
        'The agentid of this company could not be read from WeCom yet.',
        { retryAfterSeconds: 15 },
      )
    }
    const timestamp = Math.floor(clock.now() / secondMs)
    const nonceStr = createNonce(random)
    const signature = jsapiSignature(ticket.value, nonceStr, timestamp, address)
    return {
      corpid,
      ...(type === 'agent_config' && agentid !== null && { agentid }),
      timestamp,
      nonceStr,
      signature,
      sign: signature,
      noncestr: nonceStr,
    }
  }

  return {
    async sign(request) {
      const { suite, corpid, url } = request
      const { address, site } = pageUrlOf(url)
      await assertTrusted(request, site)
      if (holdsPlaceholder(corpid)) throw unreplacedCorpid()
      const suiteId = requireSuiteId(suite)
      const corp = corps.peek(suiteId, corpid) ?? (await corps.require(suiteId, corpid))
      const ticket = await tokens.get(ticketKey(request, corp))
      return signatureOf(request, address, corp, ticket)
    },

    signIfCached(request) {
      const { suite, corpid, url } = request
      const { address, site } = pageUrlOf(url)
      if (!isTrusted(suite, site)) throw untrustedPage(site)
      const corp = corps.peek(requireSuiteId(suite), corpid)
      const ticket = corp && tokens.peek(ticketKey(request, corp))
      return ticket && signatureOf(request, address, corp, ticket)
    },

    siteOf,
  }
}
