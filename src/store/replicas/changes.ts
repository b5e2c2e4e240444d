/**
 * The port to what other handles on this state changed, for whoever keeps some of it at hand. Only
 * what must be heard at once is told: never that a token was renewed, or that an event came.
 */
import type { TokenKind } from '../token-record'

/**
 * - `ticket`: a newer suite_ticket came
 * - `token`: a token was reported dead
 * - `corp`: a company's status, code, callback pair, agentid or site is another; or it is gone
 * - `keys`, `endpoints`: API keys, or endpoints that were made by the API
 * - `endpoint_states`: an endpoint was paused, switched off, or takes events again
 */
export type Change =
  | { readonly what: 'ticket'; readonly suiteId: string }
  | {
      readonly what: 'token'
      readonly suiteId: string
      readonly corpid: string | null
      readonly kind: TokenKind
    }
  | { readonly what: 'corp'; readonly suiteId: string; readonly corpid: string }
  | { readonly what: 'keys' }
  | { readonly what: 'endpoints' }
  | { readonly what: 'endpoint_states' }

export interface ChangesRead<Cursor = unknown> {
  /** A change may be told twice, none is left out. */
  readonly changes: readonly Change[]
  /** Hand it in to read on. */
  readonly cursor: Cursor
  /**
   * Whether some may be missing, since nobody read for longer than they are kept, or one can't be
   * read: then whatever is at hand may be out of date.
   */
  readonly missed: boolean
}

/** Writers tell of their changes in the same step as the change. */
export interface Changes<Cursor = unknown> {
  /** What other handles changed since; null: from now on. */
  changesSince(cursor: Cursor | null): Promise<ChangesRead<Cursor>>

  /** Forgets what every reader has read by now. Returns how many went. */
  purgeChanges(): Promise<number>
}
