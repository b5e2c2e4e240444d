/**
 * The following of other replicas: what they changed is heard within a second, at once where their
 * bell can be heard, and what they brought is looked for.
 */
import { type Clock, minuteMs, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Shared } from '../../store/replicas/shared'
import type { OwnReplica } from './own-replica'

const readEveryMs = secondMs
/** However often the bell rings. */
const readAtMostEveryMs = 25
/** Without a bell, too. */
const lookEveryMs = 2 * secondMs
const lookAtMostEveryMs = 50
const purgeEveryMs = minuteMs

/** Sleeps until something rings, at least a moment and at most so long. */
const createNap = (clock: Pick<Clock, 'sleep'>, leaving: AbortSignal) => {
  let rung = new AbortController()
  leaving.addEventListener('abort', () => rung.abort())
  return {
    ring: () => rung.abort(),
    async sleep(atLeastMs: number, atMostMs: number): Promise<void> {
      await clock.sleep(atLeastMs, leaving)
      await clock.sleep(atMostMs, rung.signal)
      if (!leaving.aborted) rung = new AbortController()
    },
  }
}

/**
 * Follows the others until `stop`.
 *
 * @param parts.ownReplica as it is now: a change of settings replaces it
 */
export const followReplicas = (parts: {
  readonly shared: Pick<Shared, 'bell' | 'changes'>
  ownReplica(): Pick<OwnReplica, 'hear' | 'lookForEvents'>
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly log: Logger
}): { stop(): Promise<void> } => {
  const { shared, ownReplica, clock, log } = parts
  const leaving = new AbortController()
  const { signal } = leaving
  const reading = createNap(clock, signal)
  const looking = createNap(clock, signal)
  let cursor: unknown = null
  let failed = false

  const read = async (): Promise<void> => {
    const { changes, cursor: next, missed } = await shared.changes.changesSince(cursor)
    cursor = next
    const { hear } = ownReplica()
    if (missed) hear.missed()
    for (const change of changes) hear.change(change)
  }

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
      failed = false
    } catch (error) {
      const reason = reasonOf(error)
      const level = failed ? 'debug' : 'error'
      log[level]('what other replicas changed could not be read', { reason })
      failed = true
    }
  }

  const keepReading = async (): Promise<void> => {
    let purgedAt = clock.now()
    while (!signal.aborted) {
      await attempt(read)
      if (clock.now() >= purgedAt + purgeEveryMs) {
        purgedAt = clock.now()
        await attempt(shared.changes.purgeChanges)
      }
      await reading.sleep(readAtMostEveryMs, readEveryMs)
    }
  }

  const keepLooking = async (): Promise<void> => {
    while (!signal.aborted) {
      await looking.sleep(lookAtMostEveryMs, lookEveryMs)
      if (!signal.aborted) ownReplica().lookForEvents()
    }
  }

  const unsubscribe = shared.bell.subscribe((occasion) => {
    if (occasion === 'changes') reading.ring()
    if (occasion === 'events') looking.ring()
  })
  const running = Promise.all([keepReading(), keepLooking()])
  return {
    async stop() {
      unsubscribe()
      leaving.abort()
      await running
    },
  }
}
