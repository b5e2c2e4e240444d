/** Waiting for what must come true, by looking again and again. */
import { systemClock } from '../../src/clock'

/** At first; the longer it takes, the longer the pauses, for looking is work too. */
const lookEveryMs = 15
const lookAtLeastEveryMs = 200
/** Far beyond what anything takes, for machines that are busy with other things. */
const patienceMs = 30_000

/** What `look` finds once that is neither null nor false; rejects after half a minute. */
export const until = async <T>(
  what: string,
  look: () => T | null | false | Promise<T | null | false>,
): Promise<T> => {
  const began = systemClock.now()
  for (;;) {
    const found = await look()
    if (found !== null && found !== false) return found
    const waitedMs = systemClock.now() - began
    if (waitedMs > patienceMs) throw new Error(`${what} did not come true in time`)
    await systemClock.sleep(Math.min(Math.max(lookEveryMs, waitedMs / 10), lookAtLeastEveryMs))
  }
}
