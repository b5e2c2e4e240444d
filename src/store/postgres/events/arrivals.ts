/**
 * The group commit of events that come: those of one turn of the event loop, and those that come
 * while a statement is under way, share the next one. So they keep the order in which they came.
 */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Query } from '../connection/database'
import { asUnkept, databaseAway } from '../connection/failure'
import { type Arrival, addArrivals } from './arrival'

const mostInStatement = 500
const mostBytesInStatement = 4_000_000

interface Waiting {
  readonly arrival: Arrival
  /** Its time was up before it was taken. */
  isLate: boolean
  answer(outcome: 'stored' | 'duplicate'): void
  refuse(error: unknown): void
}

const sizeOf = ({ event }: Arrival): number =>
  event.body.length + (event.pendingSecret?.length ?? 0) + (event.outgoing?.length ?? 0)

/** Takes the first of those that wait, as many as one statement bears. */
const takeBatch = (waiting: Waiting[]): Waiting[] => {
  let bytes = 0
  const end = waiting.findIndex(({ arrival }, at) => {
    bytes += sizeOf(arrival)
    return at > 0 && (at >= mostInStatement || bytes > mostBytesInStatement)
  })
  return waiting.splice(0, end < 0 ? waiting.length : end)
}

const isAway = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'store_unavailable'

export const createArrivals = (parts: {
  readonly query: Query
  readonly alarms: Pick<Clock, 'alarm'>
  readonly withinMs: number
}): {
  /** Durable when it resolves. */
  add(arrival: Arrival): Promise<'stored' | 'duplicate'>
} => {
  const { query, alarms, withinMs } = parts
  const waiting: Waiting[] = []
  let isUnderWay = false

  const store = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const arrivals = batch.map(({ arrival }) => arrival)
      const rows = await addArrivals(query, arrivals, withinMs)
      const stored = new Set(rows.map(({ id }) => id))
      const known = new Set<string>()
      for (const { arrival, answer } of batch) {
        const isFirst = !known.has(arrival.identity)
        known.add(arrival.identity)
        answer(isFirst && stored.has(arrival.event.id) ? 'stored' : 'duplicate')
      }
    } catch (error) {
      if (batch.length > 1 && !isAway(error)) {
        // One of them can't be stored: it is to answer for itself alone.
        const half = Math.ceil(batch.length / 2)
        await store(batch.slice(0, half))
        await store(batch.slice(half))
      } else {
        for (const { refuse } of batch) refuse(asUnkept(error))
      }
    }
  }

  const send = async (): Promise<void> => {
    if (isUnderWay) return
    isUnderWay = true
    while (waiting.length > 0) {
      const batch = takeBatch(waiting).filter(({ isLate }) => !isLate)
      if (batch.length > 0) await store(batch)
    }
    isUnderWay = false
  }

  return {
    add: (arrival) =>
      new Promise((resolve, reject) => {
        const one: Waiting = {
          arrival,
          isLate: false,
          answer(outcome) {
            hangUp()
            resolve(outcome)
          },
          refuse(error) {
            hangUp()
            reject(error)
          },
        }
        const hangUp = alarms.alarm(withinMs, () => {
          one.isLate = true
          reject(databaseAway(`took nothing within ${withinMs} ms`))
        })
        waiting.push(one)
        // Behind the callbacks of this turn's input, each of which may bring another one.
        if (waiting.length === 1) setImmediate(send)
      }),
  }
}
