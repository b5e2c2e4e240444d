/** A token or ticket as it is kept, and whose it is. Described in `docs/storage.md`. */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'

export const EpochMs = (description: string) =>
  Type.Integer({ minimum: 0, description: `${description} Epoch milliseconds.` })

export const tokenKinds = [
  'suite_access_token',
  'provider_access_token',
  'access_token',
  'jsapi_ticket',
  'agent_ticket',
] as const
export type TokenKind = (typeof tokenKinds)[number]

/** Whose token: that of a suite or the provider (`corpid` null), or of one company in one suite. */
export interface TokenKey {
  /** For the provider's token the provider's own corpid. */
  readonly suiteId: string
  readonly corpid: string | null
  readonly kind: TokenKind
}

export const TokenRecord = Type.Object({
  value: Type.String({ minLength: 1 }),
  fetchedAt: EpochMs('Taken before the call to WeCom, so that it errs early.'),
  expiresAt: EpochMs('fetchedAt + expires_in; 0 once it was reported dead.'),
  generation: Type.Integer({ minimum: 1, description: 'One more than the token it replaced.' }),
})
export type TokenRecord = Static<typeof TokenRecord>
