/**
 * Every token and ticket that WeCom lends us: one refresh at a time, ahead of need, and never
 * twice for the same dead token.
 *
 * A cached token is served from memory until it really ends. Renewal runs in the background; a
 * caller waits only when there is no good token at all.
 */
import type { TokenKey, TokenRecord } from '../../store/token-record'
import type { CorpRenewals } from './corp-renewals'
import type { Refusal } from './hold-off'
import type { TokenHearing } from './token-hearing'
import type { WithToken } from './token-source'

export interface Tokens {
  /**
   * A token that is good now.
   *
   * @throws {ServiceError} what the fetch met; a refusal that still holds is thrown without a call
   */
  get(key: TokenKey): Promise<TokenRecord>
  /** The token in memory if it is good now, without any waiting; null otherwise. */
  peek(key: TokenKey): TokenRecord | null
  /**
   * Reports a token dead: it is replaced once, however many report it, and good for nobody
   * meanwhile. Returns the good one; that is the reported one only if WeCom, asked after a report
   * of it, handed it out again within the last minute.
   *
   * @throws {ServiceError} what the fetch met; too_many_requests — it is a ticket, and WeCom gives
   * no more this hour
   */
  replace(key: TokenKey, dead: string): Promise<TokenRecord>
  /**
   * A good token that was fetched at `since` (epoch milliseconds) or later. The cached one serves
   * others on meanwhile, and if none can be had.
   *
   * @throws {ServiceError} what the fetch met
   */
  getFresh(key: TokenKey, since: number): Promise<TokenRecord>
  withToken: WithToken
  /**
   * A new ticket came: what waited for it may go on, and the suite's token is fetched if none is
   * good.
   */
  wake(suiteId: string): void
  /** Drops what is known of a company; its tokens in the store go with its permanent code. */
  forget(suiteId: string, corpid: string): void
  /** A company's status was settled: refusals of its tokens no longer hold. */
  reconsider(suiteId: string, corpid: string): void
  /**
   * Begins the renewals that are due: suites' and the provider's at once, companies' one after
   * another until none is left.
   *
   * @param stopping keeps companies' from being begun after it
   */
  renewDue(stopping?: AbortSignal): void
  /** What other processes did. */
  readonly hear: TokenHearing
  /** The last refusal of a token, for operators. */
  refusalOf(key: TokenKey): Refusal | null
  /** How the renewals of companies' access tokens stand, by suite id. */
  corpRenewals(): ReadonlyMap<string, CorpRenewals>
}
