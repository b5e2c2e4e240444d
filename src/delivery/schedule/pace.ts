/**
 * How many attempts an endpoint may be sent now, of all and of its backlog. No clock of its own.
 */
import type { EndpointState } from '../../store/deliveries'
import type { EndpointRecord } from '../../store/endpoints'
import { createRate } from './rate'
import { drainPerSecond } from './schedule'

export interface Room {
  /** How many may begin. */
  readonly limit: number
  /** How many of them of the backlog. */
  readonly backlogLimit: number
  /** When more may, if time alone decides that. Epoch milliseconds; Infinity otherwise. */
  readonly moreAt: number
}

/** What an endpoint bears. */
type Bounds = Pick<EndpointRecord, 'concurrency' | 'maxPerSecond'>

export interface Pace {
  room(given: {
    readonly endpoint: Bounds
    /** How many share it, this one included. */
    readonly processes: number
    readonly state: Pick<EndpointState, 'recoveredAt'>
    readonly underWay: number
    readonly backlogUnderWay: number
    readonly now: number
  }): Room
  /** Counts those that began. */
  spend(count: number, ofBacklog: number): void
  /** Counts one that could not wait for room: those after it do. */
  spendBeside(endpoint: Bounds, processes: number, now: number): void
}

/**
 * The share of its attempts that an endpoint's backlog may take: fresh events find room beside it.
 */
const backlogShare = (concurrency: number): number => Math.max(Math.ceil(concurrency / 2), 1)

/**
 * The share that one of several processes has of what an endpoint bears, so that together they keep
 * to it: but for one attempt at a time of each, that has to do something.
 */
const shareOf = ({ concurrency, maxPerSecond }: Bounds, processes: number): Bounds => ({
  concurrency: Math.max(Math.floor(concurrency / processes), 1),
  maxPerSecond: maxPerSecond === null ? null : maxPerSecond / processes,
})

export const createPace = (): Pace => {
  const rate = createRate()
  const drainRate = createRate()
  return {
    room({ endpoint, processes, state, underWay, backlogUnderWay, now }) {
      const { concurrency, maxPerSecond } = shareOf(endpoint, processes)
      const free = Math.max(concurrency - underWay, 0)
      const limit = maxPerSecond === null ? free : Math.min(free, rate.available(maxPerSecond, now))
      const share = Math.max(backlogShare(concurrency) - backlogUnderWay, 0)
      const drainOfAll = drainPerSecond(state.recoveredAt, now)
      const drain = drainOfAll === null ? null : drainOfAll / processes
      const drained = drain === null ? share : Math.min(share, drainRate.available(drain, now))
      const isRateBound = free > 0 && limit === 0 && maxPerSecond !== null
      const isDrainBound = share > 0 && drained < share && drain !== null
      return {
        limit,
        backlogLimit: Math.min(limit, drained),
        moreAt: Math.min(
          isRateBound ? rate.nextAt(maxPerSecond, now) : Infinity,
          isDrainBound ? drainRate.nextAt(drain, now) : Infinity,
        ),
      }
    },
    spend(count, ofBacklog) {
      rate.spend(count)
      drainRate.spend(ofBacklog)
    },
    spendBeside(endpoint, processes, now) {
      const { maxPerSecond } = shareOf(endpoint, processes)
      if (maxPerSecond === null) return
      rate.available(maxPerSecond, now)
      rate.spend(1)
    },
  }
}
