/**
 * The mistakes of refused callbacks: what can be wrong with one, and how sure it is that WeCom sent
 * it. Pure.
 */

/**
 * `signed`: a Token of ours signed it. `like_wecom`: it has all the parts of a push, and nothing
 * proves who sent it. `other`: it hasn't.
 */
export const standings = ['signed', 'like_wecom', 'other'] as const
export type Standing = (typeof standings)[number]

/** Every mistake that is told apart. Codes never change once released. */
const standingOf = {
  another_suites_url: 'signed',
  another_suites_pair: 'signed',
  former_pair: 'signed',
  wrong_encoding_aes_key: 'signed',
  broken_ciphertext: 'signed',
  plus_lost: 'signed',
  wrong_suite_id: 'signed',
  wrong_provider_corpid: 'signed',
  wrong_receive_id: 'signed',
  empty_receive_id: 'signed',
  wrong_company: 'signed',
  stale_timestamp: 'signed',
  stale_ticket: 'signed',
  no_message: 'signed',
  wrong_token: 'like_wecom',
  json_of_another_app: 'like_wecom',
  weixin_platform: 'like_wecom',
  changed_body: 'like_wecom',
  unknown_suite: 'like_wecom',
  no_signature: 'other',
  broken_signature: 'other',
  not_wecoms_body: 'other',
} as const satisfies Record<string, Standing>

export type MistakeCode = keyof typeof standingOf
export const mistakeCodes = Object.keys(standingOf) as MistakeCode[]

export interface Mistake {
  readonly code: MistakeCode
  /** The id or name that came. */
  readonly came?: string
  /** The ids that were expected. */
  readonly expected?: readonly string[]
  /** Which id that is: an element of the message, `receiveid`, or `corpid of the path`. */
  readonly which?: string
  /** At what decrypting failed. */
  readonly step?: string
  /**
   * The key of the suite whose Token or key fits, or for which the message is; null for the pair of
   * the system-event URL.
   */
  readonly owner?: string | null
  /** Of what was signed too long ago; negative if it lies ahead, null if it is no time. */
  readonly ageSeconds?: number | null
}

/** How sure it is that a callback with this mistake came from WeCom. */
export const standingFor = ({ code }: Mistake): Standing => standingOf[code]
