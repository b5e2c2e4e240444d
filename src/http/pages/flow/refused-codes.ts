/** Codes that WeCom doesn't know: who brings too many is not asked for more. */
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import { type ClientOf, OverLimit, type RateLimit } from '../../request/rate-limit'

export interface RefusedCodes {
  /** @throws {OverLimit} too_many_requests — before WeCom is asked */
  refuseGuesser(request: Request): void
  /** Each code costs a call of WeCom's. */
  count(request: Request, answer: { kind: string; failure?: PageFailure }): void
}

/** @param limit of one address */
export const createRefusedCodes = (limit: RateLimit, clientOf: ClientOf): RefusedCodes => ({
  refuseGuesser(request) {
    if (limit.isSpent(clientOf(request))) throw new OverLimit(60)
  },
  count(request, { failure }) {
    if (failure?.code !== 'code_spent') return
    try {
      limit.take(clientOf(request))
    } catch {
      // The next one is refused before WeCom is asked.
    }
  },
})
