/**
 * The port to tokens and tickets: the record of one, whose it is, and who may replace it. Described
 * in `docs/storage.md`.
 */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import type { Lease } from './lease'

export const EpochMs = (description: string) =>
  Type.Integer({ minimum: 0, description: `${description} Epoch milliseconds.` })

export const corpTokenKinds = ['access_token', 'jsapi_ticket', 'agent_ticket'] as const
export type CorpTokenKind = (typeof corpTokenKinds)[number]

export interface SuiteTokenKey {
  readonly suiteId: string
  readonly corpid: null
  readonly kind: 'suite_access_token'
}

export interface ProviderTokenKey {
  /** The provider's own corpid. */
  readonly suiteId: string
  readonly corpid: null
  readonly kind: 'provider_access_token'
}

/** Of one company in one suite. */
export interface CorpTokenKey {
  readonly suiteId: string
  readonly corpid: string
  readonly kind: CorpTokenKind
}

/** Whose token. */
export type TokenKey = SuiteTokenKey | ProviderTokenKey | CorpTokenKey
export type TokenKind = TokenKey['kind']

export const TokenRecord = Type.Object({
  value: Type.String({ minLength: 1 }),
  fetchedAt: EpochMs('Taken before the call to WeCom, so that it errs early.'),
  expiresAt: EpochMs('fetchedAt + expires_in; 0 once it was reported dead.'),
  generation: Type.Integer({ minimum: 1, description: 'One more than the token it replaced.' }),
})
export type TokenRecord = Static<typeof TokenRecord>

/** WeCom's last refusal to give a token, so that nobody else asks while it holds. No secret. */
export const RefusalRecord = Type.Object({
  errcode: Type.Integer(),
  path: Type.String({ description: 'Of the call that was refused.' }),
  errmsg: Type.Union([Type.String(), Type.Null()]),
  attempts: Type.Integer({ minimum: 0, description: 'Refusals in a row, this one included.' }),
  refusedAt: EpochMs('When it came.'),
  holdOffUntil: Type.Union([EpochMs('Until when nobody asks again.'), Type.Null()], {
    description: 'Null: until a suite_ticket comes that is newer than `ticketSeconds`.',
  }),
  ticketSeconds: Type.Union([Type.Integer(), Type.Null()], {
    description: 'TimeStamp of the newest suite_ticket that was known; null if there was none.',
  }),
  wrongSecretAt: Type.Array(EpochMs('When a secret was refused as wrong, of the last hour.')),
})
export type RefusalRecord = Static<typeof RefusalRecord>

/** The token as it is stored, and perhaps the turn to replace it. */
export interface TokenTurn {
  readonly stored: TokenRecord | null
  readonly refusal: RefusalRecord | null
  /** Null while another one has it. */
  readonly turn: Lease | null
}

export interface StoredTokens {
  loadToken(key: TokenKey): Promise<TokenRecord | null>

  /**
   * The turn to replace one token, for `ttlMs`, together with what stands there. Null if it is a
   * company's and that company has no permanent code.
   */
  takeTokenTurn(key: TokenKey, ttlMs: number): Promise<TokenTurn | null>

  /**
   * Writes a token in place of the one with generation `replaces` (0 = none), forgets what was
   * noted of a refusal, and ends the turn. `'superseded'`, and nothing written, if another token
   * stands there by now, if the turn was ended or is another's, or if the company's permanent code
   * went since it was taken. A turn that ran out counts until somebody takes the next one. Not
   * durable against a power cut: a token can be fetched again.
   */
  saveToken(
    key: TokenKey,
    token: TokenRecord,
    replaces: number,
    turn: Lease,
  ): Promise<'saved' | 'superseded'>

  /**
   * Notes WeCom's refusal for whoever takes the next turn, or null that none holds, and ends the
   * turn. Does nothing where `saveToken` would be superseded for the turn's sake.
   */
  noteRefusal(key: TokenKey, refusal: RefusalRecord | null, turn: Lease): Promise<void>

  /**
   * Lets a token that was reported dead end in its own place (`expiresAt` 0), if that very one
   * still stands there: generation and value. Needs no turn, and takes none away.
   */
  endToken(key: TokenKey, dead: TokenRecord): Promise<void>
}
