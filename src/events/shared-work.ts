/**
 * Work that is done once for all processes: whoever finds it due does it under a lease, and notes
 * when that was.
 */
import { type Clock, hourMs } from '../clock'
import type { Lease } from '../store/lease'
import type { Store } from '../store/store'
import type { SharedWork, SharedWorkLog } from '../store/watch/shared-work'

/** Longer than any of it takes; that of a process which dies ends with it. */
const leaseMs = hourMs

/** What does a kind of work when it is due, and tells whether it was. */
export type DoWhenDue = (
  work: SharedWork,
  everyMs: number,
  /** Resolves to false if it was broken off, and is to be done again. */
  run: (lease: Lease) => Promise<boolean>,
) => Promise<void>

export const createDoWhenDue = (parts: {
  store: Pick<Store, 'acquireLease'>
  sharedWork: SharedWorkLog
  clock: Pick<Clock, 'now'>
}): DoWhenDue => {
  const { store, sharedWork, clock } = parts

  /** What a clock ahead has noted puts nothing off. */
  const isDue = async (work: SharedWork, everyMs: number): Promise<boolean> => {
    const lastAt = await sharedWork.lastDoneAt(work)
    const now = clock.now()
    return lastAt === null || now < lastAt || now - lastAt >= everyMs
  }

  return async (work, everyMs, run) => {
    if (!(await isDue(work, everyMs))) return
    const lease = await store.acquireLease(work, leaseMs)
    if (!lease) return
    try {
      const begunAt = clock.now()
      if ((await isDue(work, everyMs)) && (await run(lease))) {
        await sharedWork.noteDone(work, begunAt)
      }
    } finally {
      await lease.release()
    }
  }
}
