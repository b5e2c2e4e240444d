/** Waiting for what must come true, by looking again and again. */
import { systemClock } from '../../src/clock'

const lookEveryMs = 15
/** Far beyond what anything takes, for machines that are busy with other things. */
const patienceMs = 30_000

/** What `look` finds once that is neither null nor false; rejects after half a minute. */
export const until = async <T>(
  what: string,
  look: () => T | null | false | Promise<T | null | false>,
): Promise<T> => {
  const deadline = systemClock.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== false) return found
    if (systemClock.now() > deadline) throw new Error(`${what} did not come true in time`)
    await systemClock.sleep(lookEveryMs)
  }
}
