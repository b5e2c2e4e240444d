/**
 * The table of WeCom's errcodes: what each means, what to do about it, and how suited reacts.
 * Implements 全局错误码 (document 90313). No I/O. No clock.
 */
import { isIP } from 'node:net'
import { callErrcodes } from './calls'
import { corpErrcodes } from './companies'
import { credentialErrcodes } from './credentials'
import { limitErrcodes } from './limits'
import { pageErrcodes } from './pages'

/** What to do after a call of ours ended with an errcode. */
export const reactions = [
  /** Fetch the company's token once and repeat the call once. */
  'refresh_corp_token',
  /** Fetch the suite's or the provider's token, whichever the call carried; repeat once. */
  'refresh_suite_token',
  /** Try again after a growing wait, three times at most. */
  'back_off',
  /** Stop this kind of call until its limit's window is over. */
  'wait_for_window',
  /** Stop until the next suite_ticket. */
  'wait_for_ticket',
  /** One try per new ticket, six an hour at most: repeated wrong secrets get the IP blocked. */
  'wrong_secret',
  /** Confirm once, then count the company as `invalid`. */
  'authorization_gone',
  /** Count the company as `suspended` and look again hourly. */
  'suspended',
  /** Never send this auth_code again. */
  'code_spent',
  /** Let the member log in again; the code or ticket never works. */
  'login_again',
  /** Fetch the JS ticket anew, then sign anew. */
  'refetch_js_ticket',
  /** Begin the installation again with a fresh pre_auth_code. */
  'install_again',
  /** Nothing helps until the calling IP is on the provider's list. */
  'ip_not_allowed',
  /** Hand the error on. */
  'give_up',
] as const
export type Reaction = (typeof reactions)[number]

export type Language = 'en' | 'zh'
export type Bilingual = Readonly<Record<Language, string>>

export interface ErrcodeEntry {
  readonly errcode: number
  readonly reaction: Reaction
  /** What WeCom says. */
  readonly meaning: Bilingual
  /** Why it usually says so. */
  readonly cause: Bilingual
  /** What the provider's operator can do, with the fields of WeCom's console by their names. */
  readonly cure: Bilingual
}

const entries: readonly ErrcodeEntry[] = [
  ...credentialErrcodes,
  ...corpErrcodes,
  ...pageErrcodes,
  ...callErrcodes,
  ...limitErrcodes,
].sort((a, b) => a.errcode - b.errcode)

const entryOf = new Map(entries.map((entry) => [entry.errcode, entry]))

/** Every errcode that suited knows, in ascending order. */
export const errcodes = (): readonly ErrcodeEntry[] => entries

/** How to react to an errcode other than 0; `give_up` to an unknown one. */
export const reactionTo = (errcode: number): Reaction => entryOf.get(errcode)?.reaction ?? 'give_up'

export interface Explanation {
  readonly meaning: string
  readonly cause: string
  readonly cure: string
}

/** An errcode in words; null for one that isn't in the table. */
export const explain = (errcode: number, language: Language): Explanation | null => {
  const entry = entryOf.get(errcode)
  if (!entry) return null
  return {
    meaning: entry.meaning[language],
    cause: entry.cause[language],
    cure: entry.cure[language],
  }
}

/**
 * The caller's address as WeCom saw it, IPv4 or IPv6, which the errmsg of 60020 holds as
 * `from ip: 203.0.113.7`; null if there is none. WeCom may change the wording: for hints only.
 */
export const ipInErrmsg = (errmsg: string): string | null => {
  const written = /from ip:\s*\[?([\da-f:.]*[\da-f:])/i.exec(errmsg)?.[1] ?? ''
  return isIP(written) === 0 ? null : written
}
