/**
 * What happens as the disk fills up: old settled events go first, then the operator is warned, and
 * before nothing can be written any more callbacks are refused, so that WeCom pushes them again.
 */
import { type Clock, dayMs } from '../clock'
import { ServiceError } from '../errors'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import type { Inbox } from './inbox'

export interface FreeSpace {
  /** Looks, and makes room if there is too little. */
  look(): Promise<void>
  /** @throws {ServiceError} store_unavailable while there is too little for another callback */
  assertEnough(): void
  /** What the operator should know; empty as a rule. */
  warnings(): string[]
}

/** Room is made below this many times the least. */
const makeRoomBelow = 2
/** Callbacks are refused below this part of the least. */
const refuseBelow = 1 / 4
const daysKept = [7, 1, 0]

const megabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MB`

export const createFreeSpace = (parts: {
  eventLog: Pick<EventLog, 'purge'>
  clock: Clock
  log: Logger
  /** Of the disk that holds the data folder; null where that can't be told. */
  freeBytes(): Promise<number | null>
  /** SUITED_MIN_FREE_MB in bytes; 0 = off. */
  leastBytes: number
}): FreeSpace => {
  const { eventLog, clock, log, freeBytes, leastBytes } = parts
  let free: number | null = null
  let warned = false

  const makeRoom = async (): Promise<void> => {
    const now = clock.now()
    for (const days of daysKept) {
      const purged = await eventLog.purge(now - days * dayMs, 0)
      if (purged === 0) continue
      log.warn('the disk fills up: old settled events went', { purged, days })
      free = await freeBytes()
      if (free === null || free >= makeRoomBelow * leastBytes) return
    }
  }

  return {
    async look() {
      free = leastBytes === 0 ? null : await freeBytes()
      if (free === null) return
      if (free < makeRoomBelow * leastBytes) await makeRoom()
      const little = free < leastBytes
      if (little && !warned) log.error('the disk is nearly full', { freeBytes: free })
      if (!little && warned) log.info('there is room on the disk again', { freeBytes: free })
      warned = little
    },
    assertEnough() {
      if (free === null || free >= refuseBelow * leastBytes) return
      throw new ServiceError(
        'store_unavailable',
        `The disk is full: ${megabytes(free)} are left. Make room; callbacks are taken again by themselves.`,
        { retryAfterSeconds: 60 },
      )
    },
    warnings: () =>
      free !== null && free < leastBytes
        ? [
            `The disk is nearly full: ${megabytes(free)} are left of the ${megabytes(leastBytes)} that SUITED_MIN_FREE_MB wants.`,
          ]
        : [],
  }
}

/** The same inbox, which takes nothing while the disk is full. */
export const withRoom = (inbox: Inbox, space: FreeSpace): Inbox => ({
  async take(arrival) {
    space.assertEnough()
    return inbox.take(arrival)
  },
})
