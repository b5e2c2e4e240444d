/** Codes that WeCom doesn't know: who brings too many is not asked for more. */
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import { type ClientOf, OverLimit, type RateLimit } from '../../request/rate-limit'

interface Answer {
  readonly kind: string
  readonly failure?: PageFailure
}

export interface RefusedCodes {
  /** @throws {OverLimit} too_many_requests — before WeCom is asked */
  refuseGuesser(request: Request): void
  /** Each code costs a call of WeCom's. */
  count(request: Request, answer: Answer): void
  /**
   * Both of these around the work on a code. What is under way can't be counted yet: of one address
   * that is bounded too.
   *
   * @throws {OverLimit} too_many_requests, and what `work` throws
   */
  around<D extends { answer: Answer }>(request: Request, work: () => Promise<D>): Promise<D>
}

/** A whole company may log in behind one address; its members don't do it in the same second. */
export const mostCodesAtOnce = 100

/** @param limit of one address */
export const createRefusedCodes = (limit: RateLimit, clientOf: ClientOf): RefusedCodes => {
  const underWay = new Map<string, number>()

  const refuseGuesser: RefusedCodes['refuseGuesser'] = (request) => {
    if (limit.isSpent(clientOf(request))) throw new OverLimit(60)
  }

  const count: RefusedCodes['count'] = (request, { failure }) => {
    if (failure?.code !== 'code_spent') return
    try {
      limit.take(clientOf(request))
    } catch {
      // The next one is refused before WeCom is asked.
    }
  }

  const bounded = async <D>(address: string, work: () => Promise<D>): Promise<D> => {
    const others = underWay.get(address) ?? 0
    if (others >= mostCodesAtOnce) throw new OverLimit(1)
    underWay.set(address, others + 1)
    try {
      return await work()
    } finally {
      const left = (underWay.get(address) ?? 1) - 1
      if (left === 0) underWay.delete(address)
      else underWay.set(address, left)
    }
  }

  return {
    refuseGuesser,
    count,
    async around(request, work) {
      refuseGuesser(request)
      const address = limit.isOn ? clientOf(request)?.address : undefined
      const done = await (address === undefined ? work() : bounded(address, work))
      count(request, done.answer)
      return done
    },
  }
}
