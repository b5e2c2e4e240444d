/**
 * Works off the event log: takes what is due, does it, writes how it ended. An event that hangs
 * holds up no other; what a crash interrupts is taken again.
 */
import { type Clock, minuteMs, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import { backoffMs, type Random } from '../retry'
import type { EventLog, EventRecord, Settlement } from '../store/event-log'

/** Our own work on one kind of event. It may be run twice for the same event. */
export type Work = (event: EventRecord) => Promise<Settlement>

export interface Worker {
  /** Whether there is work of ours for this type of command. */
  actsOn(type: string): boolean
  /** Something may be due: look now. */
  wake(): void
  /** Runs until `stop`. */
  start(): void
  /** Takes no more and resolves when what was begun has ended. */
  stop(): Promise<void>
}

const mostAtOnce = 16
/** Longer than any work; a process that dies gives its claims back at the next start. */
const leaseMs = 5 * minuteMs
const lookAtLeastEveryMs = 30 * secondMs
const afterCrash = { firstMs: 5 * secondMs, ceilingMs: 5 * minuteMs }

export const createWorker = (parts: {
  eventLog: Pick<EventLog, 'claim' | 'settle' | 'nextDueAt'>
  work: Readonly<Record<string, Work>>
  /** Types that can't wait behind others: an auth_code lives ten minutes. */
  first?: readonly string[]
  clock: Clock
  random: Random
  log: Logger
  /** Told of every event that is done or dead, with the company it turned out to be about. */
  onSettled?(suiteId: string | null, corpid: string | null): Promise<void>
}): Worker => {
  const { eventLog, work, clock, random, log } = parts
  const running = new Set<Promise<void>>()
  let bell = new AbortController()
  let stopping = false
  let loop: Promise<void> | null = null

  const ring = () => bell.abort()

  const perform = async (event: EventRecord): Promise<void> => {
    let settlement: Settlement
    try {
      const own = Object.hasOwn(work, event.type) ? work[event.type] : undefined
      settlement = own ? await own(event) : { status: 'done' }
    } catch (error) {
      // A mistake of ours, or a store that can't be reached: never lose the event over it.
      log.error('work on an event failed unexpectedly', { id: event.id, reason: reasonOf(error) })
      const nextAttemptAt = clock.now() + backoffMs(event.attempts + 1, afterCrash, random)
      settlement = { status: 'pending', lastError: reasonOf(error), nextAttemptAt }
    }
    try {
      await eventLog.settle(event.id, settlement)
      if (settlement.status === 'pending') return
      await parts.onSettled?.(event.suiteId, settlement.corpid ?? event.corpid)
    } catch (error) {
      log.error('the outcome of an event could not be written', {
        id: event.id,
        reason: reasonOf(error),
      })
    }
  }

  const begin = (event: EventRecord): void => {
    const task: Promise<void> = perform(event).finally(() => {
      running.delete(task)
      ring()
    })
    running.add(task)
  }

  const untilSomethingIsDue = async (): Promise<void> => {
    const dueAt = await eventLog.nextDueAt()
    const waitMs = dueAt === null ? lookAtLeastEveryMs : dueAt - clock.now()
    const full = running.size >= mostAtOnce
    await clock.sleep(
      full ? lookAtLeastEveryMs : Math.min(Math.max(waitMs, 0), lookAtLeastEveryMs),
      bell.signal,
    )
  }

  const run = async (): Promise<void> => {
    while (!stopping) {
      bell = new AbortController()
      try {
        const free = mostAtOnce - running.size
        const events = free > 0 ? await eventLog.claim(clock.now(), leaseMs, free, parts.first) : []
        for (const event of events) begin(event)
        if (events.length < free || free === 0) await untilSomethingIsDue()
      } catch (error) {
        log.error('the event log could not be read', { reason: reasonOf(error) })
        await clock.sleep(secondMs, bell.signal)
      }
    }
  }

  return {
    actsOn: (type) => Object.hasOwn(work, type),
    wake: ring,
    start() {
      loop ??= run()
    },
    async stop() {
      stopping = true
      ring()
      await loop
      await Promise.all(running)
    },
  }
}
