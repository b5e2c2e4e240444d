/** What WeCom's client decides about a page's JS-SDK signature (document 96909). No I/O. */
import { createHash } from 'node:crypto'
import { credentialsOf } from './credentials'
import { currentInstallation } from './installations'
import { sentenceOf } from './refusals'
import { goodOnes } from './tokens'
import type { Suite, World } from './world'

/** What a page hands to `wx.config` or `wx.agentConfig`, and where the page is. */
export interface PageSignature {
  readonly suiteId: string
  readonly corpid: string
  readonly type: 'config' | 'agent_config'
  /** The page's address as the browser shows it; its fragment plays no part. */
  readonly url: string
  /** Seconds; a number or its digits. */
  readonly timestamp: number | string
  readonly nonceStr: string
  readonly signature: string
  /** What the page gives as `agentid`; judged where it is given. */
  readonly agentid?: number | undefined
}

export type SignatureVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly errcode: number; readonly errmsg: string }

const refuse = (errcode: number): SignatureVerdict => ({
  ok: false,
  errcode,
  errmsg: sentenceOf(errcode),
})

/** Ten digits end in the year 2286; thirteen are milliseconds, which WeCom doesn't take. */
const isSeconds = (timestamp: number | string) => /^\d{1,10}$/.test(String(timestamp))

/** A trusted domain means that host on any port, unless it names one. */
const isTrusted = ({ trustedDomains }: Suite, url: string): boolean => {
  const page = URL.parse(url)
  if (!page) return false
  return trustedDomains.includes(page.host) || trustedDomains.includes(page.hostname)
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

/**
 * Recomputes a signature with every ticket of the company's app that is still good.
 *
 * - 40013 the company doesn't have this app
 * - 80001 the page is on no trusted domain
 * - 42012 the app never fetched a ticket of its own for `agent_config`, or another app's agentid
 * - 40093 no good ticket gives this signature
 */
export const acceptsSignature = (world: World, page: PageSignature): SignatureVerdict => {
  const suite = world.suites.get(page.suiteId)
  const installation = suite ? currentInstallation(world, page.suiteId, page.corpid) : null
  if (!suite || !installation) return refuse(40013)
  if (!isTrusted(suite, page.url)) return refuse(80001)
  const kind = page.type === 'config' ? 'jsapi_ticket' : 'agent_ticket'
  const tickets = goodOnes(world, kind, installation)
  if (page.type === 'agent_config') {
    const foreign = page.agentid !== undefined && page.agentid !== installation.agentid
    const never = credentialsOf(world.credentials, kind, installation).length === 0
    if (foreign || never) return refuse(42012)
  }
  if (!isSeconds(page.timestamp)) return refuse(40093)
  const [address = ''] = page.url.split('#', 1)
  const rest = `&noncestr=${page.nonceStr}&timestamp=${page.timestamp}&url=${address}`
  const matches = tickets.some(
    ({ value }) => sha1(`jsapi_ticket=${value}${rest}`) === page.signature,
  )
  return matches ? { ok: true } : refuse(40093)
}
