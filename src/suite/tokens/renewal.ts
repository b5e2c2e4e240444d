/**
 * Renewing many tokens at a gentle, even pace. Ten thousand that are due in the same minute have a
 * quarter of an hour left: signatures and callbacks must not wait behind them.
 */
import type { Clock } from '../../clock'
import type { HeldToken } from './cached-token'

export interface Renewal {
  /**
   * Begins a round over what is due of these, unless the last round still goes on.
   *
   * @param stopping ends the round: what is under way goes on, no more is begun
   */
  begin(candidates: Iterable<HeldToken>, stopping?: AbortSignal): void
}

export interface RenewalParts {
  /** Asked just before a renewal would begin: a round may take minutes. */
  isDue(held: HeldToken): boolean
  /** Fetches one token anew. It never rejects. */
  renew(held: HeldToken): Promise<void>
  readonly clock: Clock
}

const mostAtOnce = 16

/** At most 250 a second: token and ticket of 100,000 companies take about that quarter of an hour. */
const betweenBeginsMs = 4

export const createRenewal = ({ isDue, renew, clock }: RenewalParts): Renewal => {
  const underWay = new Set<Promise<void>>()
  let goesOn = false

  const start = (held: HeldToken) => {
    const renewing = renew(held).then(() => void underWay.delete(renewing))
    underWay.add(renewing)
  }

  const goThrough = async (candidates: Iterable<HeldToken>, stopping?: AbortSignal) => {
    for (const held of candidates) {
      if (!isDue(held)) continue
      start(held)
      // One sleep after another: beginnings that came late are never made up for in a burst.
      await clock.sleep(betweenBeginsMs)
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
