/**
 * The bell of the event log: it rings when an event came and when our own work on one has ended.
 * Whoever waits for events hears it and then reads the log; what another process adds rings here
 * only if somebody tells of it, so waiting goes with a look from time to time.
 */
import type { Clock } from '../clock'
import type { EventLog } from '../store/event-log'

export interface EventBell {
  /** How often it has rung. Read before a look at the log, so that nothing falls between. */
  rings(): number
  /**
   * Resolves when it has rung beyond `seen`, after `timeoutMs`, or when `signal` aborts, whichever
   * is first. Never rejects.
   */
  wait(seen: number, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Rings for what another process did. */
  ring(): void
  /** Calls `listener`, which must not throw, at each ring, until what it returns is called. */
  subscribe(listener: () => void): () => void
}

export interface RingingEventLog {
  readonly eventLog: EventLog
  readonly bell: EventBell
}

/**
 * An event log that rings, at most once in a turn of the loop however many events come in it. Who
 * appends doesn't wait for that.
 *
 * @param onOwn called at each ring for what happened in this log, and not elsewhere
 */
export const withBell = (
  eventLog: EventLog,
  clock: Pick<Clock, 'sleep'>,
  onOwn: () => void = () => undefined,
): RingingEventLog => {
  const listeners = new Set<() => void>()
  let rings = 0
  let isRinging = false

  const ringNow = () => {
    isRinging = false
    rings++
    for (const listener of [...listeners]) listener()
  }
  const ring = () => {
    if (isRinging) return
    isRinging = true
    setImmediate(ringNow)
  }
  /** The same promise, so that the caller waits no longer than without a bell. */
  const ringOn = <T>(result: Promise<T>, wanted: T): Promise<T> => {
    result.then(
      (got) => {
        if (got !== wanted) return
        ring()
        onOwn()
      },
      () => undefined,
    )
    return result
  }

  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  return {
    eventLog: {
      ...eventLog,
      append: (event) => ringOn(eventLog.append(event), 'stored'),
      settle: (id, claim, settlement) => ringOn(eventLog.settle(id, claim, settlement), 'settled'),
      restoreEvent: (event, identity) => ringOn(eventLog.restoreEvent(event, identity), 'stored'),
    },
    bell: {
      rings: () => rings,
      ring,
      async wait(seen, timeoutMs, signal) {
        if (rings !== seen || signal?.aborted) return
        const heard = new AbortController()
        const finish = () => heard.abort()
        const stop = subscribe(finish)
        signal?.addEventListener('abort', finish)
        await clock.sleep(timeoutMs, heard.signal)
        signal?.removeEventListener('abort', finish)
        stop()
      },
      subscribe,
    },
  }
}
