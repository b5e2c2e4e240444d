/** A visit with a phone: what it is told, and what it saw. */
import type { Visitor } from '../world/world'

export interface VisitOptions {
  readonly url: string
  /** Who holds the phone; null for the world's visitor. */
  readonly visitor: Visitor | null
  /** A name out of `userAgents`, or the text itself. Default `wecom-ios`. */
  readonly userAgent?: string | undefined
  /** `Accept-Language`. Default Chinese. */
  readonly language?: string | undefined
  /** The page that led to the address. */
  readonly referer?: string | undefined
  /** Cookies stay for later visits with the same name; without one the phone is new. */
  readonly phone?: string | undefined
  /** `true` keeps none; `once` loses those it has when it first comes to a page of WeCom's. */
  readonly loseCookies?: true | 'once' | undefined
  /** Asks for each address with a code twice at the same time, as webviews do. */
  readonly askTwice?: true | undefined
  /** How often it goes on. Default and most 15. */
  readonly maxRedirects?: number | undefined
}

export interface Stop {
  readonly url: string
  readonly referer: string | null
  /** Names alone. */
  readonly sentCookies: readonly string[]
  /** Null if there was no answer: `problem` says why. */
  readonly status: number | null
  readonly problem: string | null
  readonly setCookies: readonly string[]
  /** Where it leads on, absolute; null at the end. */
  readonly location: string | null
  readonly title: string
  readonly text: string
  /** How the same address was answered to the other of two requests at once. */
  readonly twin: { readonly status: number | null; readonly location: string | null } | null
}

export interface Visit {
  readonly trail: readonly Stop[]
  /** The last of them, with its whole page. */
  readonly page: Stop & { readonly html: string; readonly links: readonly string[] }
  /** True if it would have gone on. */
  readonly stopped: boolean
}
