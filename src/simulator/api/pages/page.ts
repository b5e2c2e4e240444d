/** What every page of WeCom's in the browser looks at. No I/O. */
import { suiteNamed } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import type { Suite, World } from '../../world/world'
import { type Reply, redirectReply } from '../call/reply'
import type { Person } from './person'

/** What an administrator's scan of a customised app's QR code sets off. */
export type InstallByQr = (
  suiteId: string,
  corpid: string,
  by: { readonly userid: string; readonly state: string },
) => Promise<unknown>

/** A page that somebody opened. They are signed in already and consent at once. */
export interface Opened {
  readonly world: World
  readonly query: URLSearchParams
  /** The `Referer` header. */
  readonly referer: string | null
  readonly person: Person
  readonly installByQr: InstallByQr
}

export type Page = (opened: Opened) => Reply | Promise<Reply>

/** @throws {Refusal} 40058 — no absolute http(s) address */
export const redirectUri = (query: URLSearchParams): URL => {
  const url = URL.parse(query.get('redirect_uri') ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) throw new Refusal(40058)
  return url
}

/** @throws {Refusal} 84025 — state has other characters, or more than 128 */
export const stateOf = (query: URLSearchParams): string => {
  const state = query.get('state') ?? ''
  if (!/^[A-Za-z0-9]{0,128}$/.test(state)) throw new Refusal(84025)
  return state
}

/** The end of each page: one redirect. */
export const backTo = (url: URL, parameters: Readonly<Record<string, string>>): Reply => {
  const target = new URL(url)
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  return redirectReply(target.href)
}

/** @throws {Refusal} 40083 — no such suite */
export const suiteOf = (world: World, suiteId: string | null): Suite => {
  if (suiteId === null || !world.suites.has(suiteId)) throw new Refusal(40083)
  return suiteNamed(world, suiteId)
}

/** @throws {Refusal} 50001 — the host, with its port, is none of the suite's 可信域名 */
export const requireTrusted = ({ trustedDomains }: Suite, url: URL): void => {
  if (!trustedDomains.includes(url.host)) throw new Refusal(50001)
}

/** Whether an address is on a domain or below it; a domain without a port takes any. */
export const isBelow = (domain: string, url: URL): boolean =>
  url.host === domain || url.hostname === domain || url.hostname.endsWith(`.${domain}`)
