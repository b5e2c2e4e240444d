/**
 * The worker on the event log: it takes what is due, does it, and writes how it ended. An event
 * that hangs holds up no other; what a crash interrupts is taken again.
 */
import { type Clock, minuteMs, secondMs } from '../clock'
import { reasonOf, ServiceError } from '../errors'
import type { Logger } from '../log'
import { backoffMs, type Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { ClaimedEvent, Settlement } from '../store/event-record'

/** Our own work on one kind of event. It may be run twice for the same event. */
export type Work = (event: ClaimedEvent) => Promise<Settlement>

/** How work on an event ended, for as long as the event log can't take it. */
export interface Outcome {
  readonly id: string
  /** The claim under which the work was done. */
  readonly claim: number
  readonly suiteId: string | null
  /** The company that the event is about, as far as it is known. */
  readonly corpid: string | null
  readonly settlement: Settlement
  /** Until then nobody else takes the event. Epoch milliseconds. */
  readonly claimedUntil: number
}

export interface Worker {
  /** Whether there is work of ours for this type of command. */
  actsOn(type: string): boolean
  /** How many events it works on now. */
  inHand(): number
  /** Something may be due: claims now. */
  wake(): void
  /** Runs until `stop`. */
  start(): void
  /**
   * Takes no more and resolves when what was begun has ended. Outcomes that the event log does not
   * take are left for the next worker of this process.
   */
  stop(): Promise<void>
}

const mostAtOnce = 16
/**
 * Longer than any work. A process that dies loses its claims at once, at the latest at the next
 * start.
 */
export const claimLeaseMs = 5 * minuteMs
const lookAtLeastEveryMs = 30 * secondMs
const afterCrash = { firstMs: 5 * secondMs, ceilingMs: 5 * minuteMs }
const unwritable = { firstMs: secondMs, ceilingMs: 10 * secondMs }

/** What the event itself says can't be, such as an id that is none: no try will ever succeed. */
const isHopeless = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'invalid_request'

export const createWorker = (parts: {
  eventLog: Pick<EventLog, 'claim' | 'settle' | 'nextDueAt'>
  work: Readonly<Record<string, Work>>
  /** Types that can't wait behind others: an auth_code lives ten minutes. */
  first?: readonly string[]
  /** Suites whose events are somebody else's to work on now; none unless given. */
  exceptSuites?(): readonly string[]
  clock: Clock
  random: Random
  log: Logger
  /**
   * The longest wait before it looks for work, which others may have added without ringing here.
   */
  idleMs?: number
  /** What a worker before this one left, and where this one leaves its own. */
  unwritten?: Outcome[]
  /** Told of every event that is done or dead, with the company it turned out to be about. */
  onSettled?(suiteId: string | null, corpid: string | null): Promise<void>
}): Worker => {
  const { eventLog, work, clock, random, log, unwritten = [] } = parts
  const { idleMs = lookAtLeastEveryMs, exceptSuites = () => [] } = parts
  const running = new Set<Promise<void>>()
  const leaving = new AbortController()
  let bell = new AbortController()
  let loop: Promise<void> | null = null

  const ring = () => bell.abort()

  /**
   * While the log takes nothing the outcome waits here, else its event would wait for its claim.
   */
  const write = async (outcome: Outcome): Promise<boolean> => {
    const { id, claim, settlement, claimedUntil } = outcome
    for (let attempt = 1; ; attempt += 1) {
      try {
        await eventLog.settle(id, claim, settlement)
        return true
      } catch (error) {
        if (attempt === 1) {
          log.error('the outcome of an event could not be written', { id, reason: reasonOf(error) })
        }
        const waitMs = backoffMs(attempt, unwritable, random)
        if (clock.now() + waitMs >= claimedUntil) return false
        if (leaving.signal.aborted) {
          unwritten.push(outcome)
          return false
        }
        await clock.sleep(waitMs, leaving.signal)
      }
    }
  }

  const end = async (outcome: Outcome): Promise<void> => {
    const { id, suiteId, corpid, settlement } = outcome
    if (!(await write(outcome)) || settlement.status === 'pending') return
    try {
      await parts.onSettled?.(suiteId, settlement.corpid ?? corpid)
    } catch (error) {
      log.error('what follows on the end of an event failed', { id, reason: reasonOf(error) })
    }
  }

  const perform = async (event: ClaimedEvent): Promise<void> => {
    const claimedUntil = clock.now() + claimLeaseMs
    let settlement: Settlement
    let concerned = event.corpid
    try {
      const own = Object.hasOwn(work, event.type) ? work[event.type] : undefined
      settlement = own ? await own(event) : { status: 'done' }
    } catch (error) {
      const lastError = reasonOf(error)
      if (isHopeless(error)) {
        log.warn('an event says what can’t be; it is kept as dead', {
          id: event.id,
          reason: lastError,
        })
        settlement = { status: 'dead', lastError }
        concerned = null
      } else {
        // A mistake of ours, or a store that can't be reached: never lose the event over it.
        log.error('work on an event failed unexpectedly', { id: event.id, reason: lastError })
        const nextAttemptAt = clock.now() + backoffMs(event.attempts + 1, afterCrash, random)
        settlement = { status: 'pending', lastError, nextAttemptAt }
      }
    }
    const { id, claim, suiteId } = event
    await end({ id, claim, suiteId, corpid: concerned, settlement, claimedUntil })
  }

  const begin = (ending: Promise<void>): void => {
    const task: Promise<void> = ending.finally(() => {
      running.delete(task)
      ring()
    })
    running.add(task)
  }

  const untilSomethingIsDue = async (): Promise<void> => {
    const dueAt = await eventLog.nextDueAt(exceptSuites())
    const waitMs = dueAt === null ? idleMs : dueAt - clock.now()
    const full = running.size >= mostAtOnce
    const pauseMs = full ? lookAtLeastEveryMs : Math.min(Math.max(waitMs, 0), idleMs)
    await clock.sleep(pauseMs, bell.signal)
  }

  const run = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      bell = new AbortController()
      for (const outcome of unwritten.splice(0)) {
        if (clock.now() < outcome.claimedUntil) begin(end(outcome))
      }
      try {
        const free = Math.max(mostAtOnce - running.size, 0)
        const events =
          free > 0
            ? await eventLog.claim(clock.now(), claimLeaseMs, free, parts.first, exceptSuites())
            : []
        for (const event of events) begin(perform(event))
        if (events.length < free || free === 0) await untilSomethingIsDue()
      } catch (error) {
        log.error('the event log could not be read', { reason: reasonOf(error) })
        await clock.sleep(secondMs, bell.signal)
      }
    }
  }

  return {
    inHand: () => running.size,
    actsOn: (type) => Object.hasOwn(work, type),
    wake: ring,
    start() {
      loop ??= run()
    },
    async stop() {
      leaving.abort()
      ring()
      await loop
      await Promise.all(running)
    },
  }
}
