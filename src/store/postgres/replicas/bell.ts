/**
 * The bell between replicas, over NOTIFY. It rings by itself after the write that it tells of:
 * within its transaction all commits of all replicas would queue behind one lock.
 */
import { type Clock, secondMs } from '../../../clock'
import type { Occasion, ReplicaBell } from '../../replicas/bell'
import type { Database } from '../connection/database'

const channel = 'suited'
/** One ring for all that comes within it. */
const ringEveryMs = 20
const listenTestEveryMs = 5 * secondMs
const silentAfterMs = 10 * secondMs
const ringWithinMs = 2 * secondMs

const notify = `SELECT pg_notify('${channel}', $1)`

const occasions: readonly Occasion[] = ['changes', 'events', 'replicas']

/** Who rings, and why; a test of the connection has no reason. */
const payloadOf = (owner: string, rung: ReadonlySet<Occasion>): string => [owner, ...rung].join(' ')

export interface RunningBell extends ReplicaBell {
  /** Hears from now on, until `stop`. */
  start(): void
  stop(): Promise<void>
}

export const createBell = (parts: {
  readonly database: Pick<Database, 'query' | 'listen'>
  readonly owner: string
  readonly clock: Pick<Clock, 'sleep'>
  /** Milliseconds of a clock that is never put back. */
  monotonicMs(): number
}): RunningBell => {
  const { database, owner, clock, monotonicMs } = parts
  const listeners = new Set<(occasion: Occasion) => void>()
  const leaving = new AbortController()
  const pending = new Set<Occasion>()
  let isResting = false
  let heardAt = 0
  let stopListening: (() => Promise<void>) | null = null
  let running: Promise<void> | null = null

  /** It may get lost: everybody looks by themselves a little later. */
  const notifyOthers = (rung: ReadonlySet<Occasion>): Promise<unknown> =>
    database
      .query(notify, [payloadOf(owner, rung)], { withinMs: ringWithinMs })
      .catch(() => undefined)

  const ringPending = async (): Promise<void> => {
    isResting = true
    while (pending.size > 0) {
      const rung = new Set(pending)
      pending.clear()
      await Promise.all([notifyOthers(rung), clock.sleep(ringEveryMs)])
    }
    isResting = false
  }

  const heard = (payload: string): void => {
    heardAt = monotonicMs()
    const [by, ...rung] = payload.split(' ')
    if (by === owner) return
    for (const occasion of occasions) {
      if (rung.includes(occasion)) for (const listener of [...listeners]) listener(occasion)
    }
  }

  /** A connection that died without a word is not noticed otherwise. */
  const listenAnew = async (): Promise<void> => {
    const before = stopListening
    stopListening = null
    await before?.().catch(() => undefined)
    heardAt = monotonicMs()
    stopListening = await database.listen(channel, heard).catch(() => null)
  }

  const listen = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      if (stopListening === null || monotonicMs() - heardAt > silentAfterMs) await listenAnew()
      await notifyOthers(new Set())
      await clock.sleep(listenTestEveryMs, leaving.signal)
    }
    await stopListening?.().catch(() => undefined)
  }

  return {
    ring(occasion) {
      if (leaving.signal.aborted) return
      pending.add(occasion)
      if (!isResting) void ringPending()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    start() {
      running ??= listen()
    },
    async stop() {
      leaving.abort()
      await running
    },
  }
}
