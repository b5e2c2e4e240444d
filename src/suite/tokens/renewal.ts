/**
 * The renewal of many tokens at a gentle, even pace. Ten thousand that are due in the same minute
 * have a quarter of an hour left: signatures and callbacks must not wait behind them.
 */
import type { Clock } from '../../clock'
import type { CachedToken } from './cached-token'

export interface Renewal {
  /**
   * Begins a round over what is due of these, unless the last round still goes on.
   *
   * @param stopping ends the round: what is under way goes on, no more is begun
   */
  begin(candidates: Iterable<CachedToken>, stopping?: AbortSignal): void
}

export interface RenewalParts {
  /** Asked just before a renewal would begin: a round may take minutes. */
  isDue(cached: CachedToken): boolean
  /** Fetches one token anew. It never rejects. */
  renew(cached: CachedToken): Promise<void>
  /** How many processes renew tokens, this one included: together they keep the pace. */
  livingReplicas(): number
  readonly clock: Clock
}

const mostAtOnce = 16

/**
 * At most 250 a second in all: token and ticket of 100,000 companies take about that quarter of an
 * hour.
 */
const betweenBeginsMs = 4

export const createRenewal = (parts: RenewalParts): Renewal => {
  const { isDue, renew, livingReplicas, clock } = parts
  const underWay = new Set<Promise<void>>()
  let goesOn = false

  const start = (cached: CachedToken) => {
    const renewing = renew(cached).then(() => void underWay.delete(renewing))
    underWay.add(renewing)
  }

  const goThrough = async (candidates: Iterable<CachedToken>, stopping?: AbortSignal) => {
    for (const cached of candidates) {
      if (!isDue(cached)) continue
      start(cached)
      // One sleep after another: beginnings that came late are never made up for in a burst.
      await clock.sleep(betweenBeginsMs * livingReplicas())
      if (underWay.size >= mostAtOnce) await Promise.race(underWay)
      if (stopping?.aborted) return
    }
  }

  return {
    begin(candidates, stopping) {
      if (goesOn) return
      goesOn = true
      goThrough(candidates, stopping).finally(() => {
        goesOn = false
      })
    },
  }
}
