/**
 * Suites that suited only watches, beside the back-end that does the work: it takes their mirrored
 * callbacks, keeps tickets and events, and calls WeCom for nothing.
 *
 * An auth_code works once, and which of the two exchanges it must be clear. So events with work to
 * do wait here for as long as an auth_code lives, and are then counted as done: the other one has
 * worked on them. Whoever takes over meanwhile finds the last ten minutes still to do.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import { unreadType } from '../../events/unread-type'
import type { Logger } from '../../log'
import { authCodeLifeMs } from '../../retry'
import type { EventLog } from '../../store/event-log'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { Reread } from '../../suite/callback/reread'
import { assertServing, observedIds, observeInTable } from '../../suite/observed-suites'
import type { Awaited } from '../../suite/operations/awaited'
import type { Waiting } from '../../suite/operations/waiting'
import type { Signing } from '../../suite/pages/signing'
import type { Suite, Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { WecomClient } from '../../wecom/api/client'

/** The way to WeCom, closed. */
export const closedClient = (suites: Suites): WecomClient => ({
  async call() {
    assertServing(suites, null)
    throw new Error('The way to WeCom is closed')
  },
})

/** No tokens of suites that only observe, not even those that the store still has. */
export const tokensOfServing = (tokens: Tokens, suites: Suites): Tokens => {
  if (!suites.all.some(({ observes }) => observes) && !suites.observesAll) return tokens
  const { observes } = suites
  return {
    async get(key) {
      assertServing(suites, key.suiteId)
      return tokens.get(key)
    },
    peek: (key) => (observes(key.suiteId) ? null : tokens.peek(key)),
    async replace(key, dead) {
      assertServing(suites, key.suiteId)
      return tokens.replace(key, dead)
    },
    async getFresh(key, since) {
      assertServing(suites, key.suiteId)
      return tokens.getFresh(key, since)
    },
    async withToken(key, use) {
      assertServing(suites, key.suiteId)
      return tokens.withToken(key, use)
    },
    wake(suiteId) {
      if (!observes(suiteId)) tokens.wake(suiteId)
    },
    forget: tokens.forget,
    reconsider: tokens.reconsider,
    renewDue: tokens.renewDue,
    hear: {
      ...tokens.hear,
      ticket(suiteId) {
        if (!observes(suiteId)) tokens.hear.ticket(suiteId)
      },
    },
    refusalOf: tokens.refusalOf,
    corpRenewals: tokens.corpRenewals,
  }
}

/** No signatures either: the other back-end gives them. */
export const signingOfServing = (signing: Signing, suites: Suites): Signing => {
  if (!suites.all.some(({ observes }) => observes)) return signing
  return {
    async sign(request) {
      if (request.suite.observes) assertServing(suites, request.suite.suiteId)
      return signing.sign(request)
    },
    siteOf: signing.siteOf,
    signIfCached: (request) => (request.suite.observes ? null : signing.signIfCached(request)),
  }
}

const takeOver = (setting: string): string =>
  `To let it take over, stop the other back-end, remove ${setting}, and have the settings read again (SIGHUP) or restart.`

const allObserve: Waiting = {
  code: 'observing',
  detail: 'This suited only observes: it keeps tickets and events, and calls WeCom for nothing.',
  cure: takeOver('SUITED_OBSERVE, or observe = true where a suite has it'),
}

const suiteObserves = ({ key }: Suite): Waiting => ({
  code: 'observing',
  detail: `The suite "${key}" only observes: suited keeps its tickets and events, and calls WeCom for nothing there.`,
  cure: takeOver(observeInTable(key)),
  suite: key,
})

/** What is awaited, the end of observing before all. */
export const withObserving = (awaited: Awaited, suites: Suites): Awaited => {
  const observing = [
    ...(suites.observes(null) ? [allObserve] : []),
    ...(suites.observesAll ? [] : suites.all.filter(({ observes }) => observes).map(suiteObserves)),
  ]
  if (observing.length === 0) return awaited
  return { ...awaited, list: async () => [...observing, ...(await awaited.list())] }
}

/**
 * Since when each suite is observed, by its id; under null what belongs to none. Epoch
 * milliseconds.
 */
export type ObservingSince = Map<string | null, number>

/**
 * Goes on with what is still observed, begins with what is newly so, and forgets what isn't any
 * more.
 */
export const observeFrom = (since: ObservingSince, suites: Suites, now: number): void => {
  const observed = new Set<string | null>(observedIds(suites))
  if (suites.observes(null)) observed.add(null)
  for (const suiteId of since.keys()) if (!observed.has(suiteId)) since.delete(suiteId)
  for (const suiteId of observed) if (!since.has(suiteId)) since.set(suiteId, now)
}

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
  observingSince: ReadonlyMap<string | null, number>
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
        // Of an id that isn't configured: whoever has the work that belongs to none has this.
        const since = observingSince.get(event.suiteId) ?? observingSince.get(null)
        if (since === undefined) continue
        if (event.type === unreadType) {
          await eventLog.settle(id, null, await readAgain(event))
          continue
        }
        if (receivedAt < since || clock.now() - receivedAt < authCodeLifeMs) continue
        await eventLog.settle(id, null, { status: 'done' })
        left += 1
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    if (left > 0) log.info('events were left to the other back-end', { left })
  }
}
