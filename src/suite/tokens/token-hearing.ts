/** What other processes did, as far as it concerns the tokens that this one has cached. */
import type { Clock } from '../../clock'
import { corpTokenKinds } from '../../store/token-record'
import {
  type CachedToken,
  dropRecord,
  nameOfToken,
  type TokenName,
  uncachedToken,
} from './cached-token'
import { isHelpedBy, type TicketWait } from './ticket-wait'

/** Nothing here asks WeCom without a turn, and what is not cached is left alone. */
export interface TokenHearing {
  /**
   * A ticket came to another process: what waited for a newer one than it was refused with may go
   * on, and the suite's token is fetched if none is good.
   */
  ticket(suiteId: string): void
  /** A token was reported dead: the store is asked before anybody gets it again. */
  dead(token: TokenName): void
  /**
   * A company's status or its code is another: nothing that was known of its tokens counts, not
   * even that they were refused.
   */
  corp(suiteId: string, corpid: string): void
  /** Anything may have happened: the store is asked about every token again. */
  missed(): void
}

export const createTokenHearing = (parts: {
  readonly cache: Map<string, CachedToken>
  readonly ticketWait: TicketWait
  readonly clock: Clock
  /** Fetches the suite's token if none is good. */
  fetchSuiteToken(suiteId: string): Promise<unknown>
  /** Notes a failure, and no more. */
  inBackground(work: Promise<unknown>): void
}): TokenHearing => {
  const { cache, ticketWait, clock, fetchSuiteToken, inBackground } = parts

  return {
    ticket(suiteId) {
      const helped = [...cache.values()].filter(({ key }) => isHelpedBy(key, suiteId))
      inBackground(ticketWait.release(helped).then(() => fetchSuiteToken(suiteId)))
    },
    dead(token) {
      const cached = cache.get(nameOfToken(token))
      if (cached) dropRecord(cached)
    },
    corp(suiteId, corpid) {
      for (const kind of corpTokenKinds) {
        const key = { suiteId, corpid, kind }
        const name = nameOfToken(key)
        if (cache.has(name)) cache.set(name, uncachedToken(key, clock.now()))
      }
    },
    missed() {
      for (const cached of cache.values()) dropRecord(cached)
    },
  }
}
