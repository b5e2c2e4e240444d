/**
 * The watch over the disk's free space: old done events go first, then the operator is warned, and
 * before nothing can be written any more callbacks are refused, so that WeCom pushes them again.
 */
import { type Clock, dayMs, hourMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { Logger } from '../../log'
import type { Deliveries } from '../../store/deliveries'
import type { EventLog } from '../../store/event-log'
import type { ClockCheck } from '../../wecom/clock-check'
import { counted, verb } from '../../wording'
import type { Inbox } from '../callback/inbox'
import { heldSentences } from './held-deliveries'

export interface FreeSpace {
  /** Looks, and makes room if there is too little. */
  check(): Promise<void>
  /** @throws {ServiceError} store_unavailable while there is too little for another callback */
  assertEnough(): void
  /** What the operator should know; empty as a rule. */
  warnings(): string[]
}

/** What is held for endpoints is told below this many times the least: before room is made. */
const tellHeldBelow = 4
/** Room is made below this many times the least. */
const makeRoomBelow = 2
/** Callbacks are refused below this part of the least. */
const refuseBelow = 1 / 4

interface Age {
  readonly ms: number
  readonly name: string
}

/** What is given up step by step: everything done that is older. */
const retentions: readonly Age[] = [
  { ms: 7 * dayMs, name: '7 days' },
  { ms: dayMs, name: 'a day' },
]
/** What is given up besides below the least. */
const shortestRetention: Age = { ms: hourMs, name: 'an hour' }

const megabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MB`

export const createFreeSpace = (parts: {
  eventLog: Pick<EventLog, 'purge'>
  deliveries: Pick<Deliveries, 'countDeliveries' | 'listEndpointStates'>
  clock: Clock
  log: Logger
  /** Of the disk that holds the data folder; null where that can't be told. */
  freeBytes(): Promise<number | null>
  /** SUITED_MIN_FREE_MB in bytes; 0 = off. */
  leastBytes: number
  clockCheck: Pick<ClockCheck, 'agrees'>
}): FreeSpace => {
  const { eventLog, deliveries, clock, log, freeBytes, leastBytes, clockCheck } = parts
  let free: number | null = null
  let warned = false
  let held: string[] = []
  /** What went since room became short; null if nothing. */
  let givenUp: { events: number; olderThan: Age } | null = null
  let lastWarning = { ms: Number.POSITIVE_INFINITY, at: Number.NEGATIVE_INFINITY }

  const isShort = () => free !== null && free < makeRoomBelow * leastBytes
  const isLittle = () => free !== null && free < leastBytes

  /**
   * Each minute some more are old enough: the warning comes once a day, or when younger ones go.
   */
  const warn = (olderThan: Age, events: number) => {
    const now = clock.now()
    if (olderThan.ms >= lastWarning.ms && now - lastWarning.at < dayMs) return
    lastWarning = { ms: olderThan.ms, at: now }
    log.warn('the disk fills up: old done events are given up', {
      events,
      olderThan: olderThan.name,
      freeBytes: free,
    })
  }

  const giveUp = async (olderThan: Age): Promise<void> => {
    // Dead events wait for an operator, and identities tell a repeated push: neither goes.
    const events = await eventLog.purge({
      settledBefore: clock.now() - olderThan.ms,
      identitiesBefore: 0,
      deadBefore: 0,
    })
    if (events === 0) return
    warn(olderThan, events)
    const before = givenUp ?? { events: 0, olderThan }
    const youngest = olderThan.ms < before.olderThan.ms ? olderThan : before.olderThan
    givenUp = { events: before.events + events, olderThan: youngest }
    free = await freeBytes()
  }

  const makeRoom = async (): Promise<void> => {
    // By a clock that runs ahead, everything is old.
    if (!clockCheck.agrees()) return
    for (const olderThan of retentions) if (isShort()) await giveUp(olderThan)
    if (isLittle()) await giveUp(shortestRetention)
  }

  const nearlyFull = (left: number) =>
    `The disk is nearly full: ${megabytes(left)} are left of the ${megabytes(leastBytes)} that SUITED_MIN_FREE_MB wants.`

  return {
    async check() {
      free = leastBytes === 0 ? null : await freeBytes()
      if (isShort()) await makeRoom()
      else givenUp = null
      const tells = free !== null && free < tellHeldBelow * leastBytes
      held = tells ? await heldSentences(deliveries) : []
      const little = isLittle()
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
    warnings() {
      if (free === null || !isShort()) return held
      const warnings = isLittle() ? [nearlyFull(free), ...held] : [...held]
      if (givenUp) {
        const { events, olderThan } = givenUp
        warnings.push(
          `To make room on the disk ${counted(events, 'done event')} older than ${olderThan.name} ${verb(events, 'was', 'were')} given up: ${megabytes(free)} are left, and below ${megabytes(makeRoomBelow * leastBytes)}, twice SUITED_MIN_FREE_MB, the event log isn't kept longer.`,
        )
      }
      return warnings
    },
  }
}

/** The same inbox, which takes nothing while the disk is full. */
export const withRoom = (inbox: Inbox, space: FreeSpace): Inbox => ({
  async receive(arrival) {
    space.assertEnough()
    return inbox.receive(arrival)
  },
})
