/**
 * The renewal of many tokens of one kind at a gentle, even pace. Ten thousand that are due in the
 * same minute have a quarter of an hour left: signatures and callbacks must not wait behind them.
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
  /** Looks whether another process has renewed it, which is no call to WeCom. It never rejects. */
  look(cached: CachedToken): Promise<void>
  /** Fetches one token anew. It never rejects. */
  renew(cached: CachedToken): Promise<void>
  /** How many processes renew tokens, this one included: together they keep the pace. */
  livingReplicas(): number
  readonly clock: Clock
}

/** The three kinds together leave half of what a suite may call at once to those who wait. */
const mostAtOnce = 8

/**
 * At most 250 a second of a kind, over all processes: 900,000 an hour, where WeCom takes 1,200,000
 * from an address for the API of that kind. Those of 100,000 companies take seven minutes.
 */
const betweenBeginsMs = 4

/** The next so many of these that are due, and so on; each is judged when it is taken. */
function* inPortions(candidates: Iterable<CachedToken>, isDue: RenewalParts['isDue']) {
  let portion: CachedToken[] = []
  for (const cached of candidates) {
    if (!isDue(cached)) continue
    portion.push(cached)
    if (portion.length < mostAtOnce) continue
    yield portion
    portion = []
  }
  yield portion
}

export const createRenewal = (parts: RenewalParts): Renewal => {
  const { isDue, look, renew, livingReplicas, clock } = parts
  const underWay = new Set<Promise<void>>()
  let goesOn = false

  const start = (cached: CachedToken) => {
    const renewing = renew(cached).then(() => void underWay.delete(renewing))
    underWay.add(renewing)
  }

  const goThrough = async (candidates: Iterable<CachedToken>, stopping?: AbortSignal) => {
    for (const portion of inPortions(candidates, isDue)) {
      // What another process renewed takes no share of the pace.
      if (livingReplicas() > 1) await Promise.all(portion.map(look))
      for (const cached of portion) {
        if (stopping?.aborted) return
        if (!isDue(cached)) continue
        start(cached)
        // One sleep after another: beginnings that came late are never made up for in a burst.
        await clock.sleep(betweenBeginsMs * livingReplicas())
        if (underWay.size >= mostAtOnce) await Promise.race(underWay)
      }
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
