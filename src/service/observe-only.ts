/**
 * A suited that only watches, beside the back-end that does the work: it takes mirrored callbacks,
 * keeps tickets and events, and calls WeCom for nothing.
 *
 * An auth_code works once, and which of the two exchanges it must be clear. So events with work to
 * do wait here for as long as an auth_code lives, and are then counted as done: the other one has
 * worked on them. Whoever takes over meanwhile finds the last ten minutes still to do.
 */
import type { Clock } from '../clock'
import { reasonOf, ServiceError } from '../errors'
import type { Logger } from '../log'
import { authCodeLifeMs } from '../retry'
import type { EventLog, EventRecord, Settlement } from '../store/event-log'
import type { Reread } from '../suite/callback/reread'
import { unreadType } from '../suite/callback/reread'
import type { Awaited, Waiting } from '../suite/operations/awaited'
import type { Signing } from '../suite/pages/signing'
import type { Tokens } from '../suite/tokens/tokens'
import type { WecomClient } from '../wecom/api/client'

/** @throws {ServiceError} suite_not_configured — always: this suited calls WeCom for nothing */
export const refuseWhileObserving = (): never => {
  throw new ServiceError(
    'suite_not_configured',
    'This suited only observes (SUITED_OBSERVE): it asks WeCom for nothing and hands out nothing.',
  )
}

const refuse = async (): Promise<never> => refuseWhileObserving()

/** The way to WeCom, closed. */
export const observingClient: WecomClient = { call: refuse }

/** No tokens, not even those that the store still has. */
export const observingTokens: Tokens = {
  get: refuse,
  peek: () => null,
  replace: refuse,
  getFresh: refuse,
  withToken: refuse,
  wake: () => undefined,
  forget: () => undefined,
  reconsider: () => undefined,
  renewDue: () => undefined,
  refusalOf: () => null,
}

/** No signatures either: the other back-end gives them. */
export const observingSigning: Signing = { sign: refuse, signIfCached: () => null }

const observes: Waiting = {
  code: 'observing',
  detail: 'This suited only observes: it keeps tickets and events, and calls WeCom for nothing.',
  cure: 'To let it take over, stop the other back-end, remove SUITED_OBSERVE and restart.',
}

/** What is awaited, the end of observing before all. */
export const observingAwaited = (awaited: Awaited): Awaited => ({
  ...awaited,
  list: async () => [observes, ...(await awaited.list())],
})

/**
 * Counts events as done once the other back-end has had the time to work on them. What was pending
 * before this suited began to observe stays. What an operator wants to be read again is read again
 * first: that asks WeCom for nothing.
 */
export const createLeaveToOther = (parts: {
  eventLog: Pick<EventLog, 'list' | 'settle'>
  reread: Reread
  clock: Clock
  log: Logger
  /** Epoch milliseconds. */
  observingSince: number
}): (() => Promise<void>) => {
  const { eventLog, reread, clock, log, observingSince } = parts

  /** It was dead before: what fails is dead again, for the operator to see why. */
  const readAgain = (event: EventRecord): Promise<Settlement> =>
    reread(event).catch((error) => ({ status: 'dead', lastError: reasonOf(error) }))

  return async () => {
    let cursor: string | undefined
    let left = 0
    do {
      const page = await eventLog.list({ status: 'pending', limit: 200, cursor })
      for (const event of page.items) {
        const { id, receivedAt } = event
        if (event.type === unreadType) {
          await eventLog.settle(id, null, await readAgain(event))
          continue
        }
        if (receivedAt < observingSince || clock.now() - receivedAt < authCodeLifeMs) continue
        await eventLog.settle(id, null, { status: 'done' })
        left += 1
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    if (left > 0) log.info('events were left to the other back-end', { left })
  }
}
