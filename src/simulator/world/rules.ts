/** The rules of WeCom's that are numbers or that nobody has confirmed, each open to change. */
import type { Clock } from '../../clock'
import type { CredentialKind } from './credentials'

/** How long each credential lives from its issue, in seconds. */
export type LifetimesSeconds = Record<CredentialKind, number>

/**
 * What a second fetch within a token's life gives: the `same` token with the seconds it has left,
 * a `new` one beside the old, or a new one that `replace`s the old, which is then invalid. WeCom's
 * pages and staff disagree; a backend has to live with all three.
 */
export type RepeatedFetch = 'same' | 'new' | 'replace'

export interface Rules {
  lifetimesSeconds: LifetimesSeconds
  repeatedFetch: RepeatedFetch
  /** True: a ticket works for its 30 minutes even after a newer one arrived. */
  acceptsOlderTickets: boolean
  /** Ticket fetches allowed in any 60 minutes, for each of the two kinds. */
  ticketFetchesPerHour: { readonly perCompany: number; readonly perSuiteAndCompany: number }
  /** How large an upload may be; null leaves WeCom's limits, one for each type of file. */
  largestMediaBytes: number | null
  /** How far the times in WeCom's messages and signatures run ahead; negative: behind. */
  clockAheadMs: number
}

export interface RulesOptions {
  readonly lifetimesSeconds?: Partial<LifetimesSeconds> | undefined
  /** Default `same`. */
  readonly repeatedFetch?: RepeatedFetch | undefined
  /** Default false. */
  readonly acceptsOlderTickets?: boolean | undefined
  /** Default 0. */
  readonly clockAheadMs?: number | undefined
}

const twoHours = 7200

const lifetimesSeconds: LifetimesSeconds = {
  suite_ticket: 1800,
  suite_access_token: twoHours,
  pre_auth_code: 1200,
  auth_code: 600,
  access_token: twoHours,
  jsapi_ticket: twoHours,
  agent_ticket: twoHours,
  provider_access_token: twoHours,
  oauth_code: 300,
  user_ticket: 1800,
  login_auth_code: 300,
  js_code: 300,
  selected_ticket: 600,
  response_code: 72 * 60 * 60,
}

export const rulesWith = (options: RulesOptions): Rules => ({
  lifetimesSeconds: { ...lifetimesSeconds, ...options.lifetimesSeconds },
  repeatedFetch: options.repeatedFetch ?? 'same',
  acceptsOlderTickets: options.acceptsOlderTickets ?? false,
  ticketFetchesPerHour: { perCompany: 400, perSuiteAndCompany: 100 },
  largestMediaBytes: null,
  clockAheadMs: options.clockAheadMs ?? 0,
})

/** The time that WeCom writes into what it pushes, in seconds. */
export const writtenSeconds = ({
  clock,
  rules,
}: {
  readonly clock: Clock
  readonly rules: Rules
}): number => Math.floor((clock.now() + rules.clockAheadMs) / 1000)
