/** A step of the demo, and what several steps need. */
import { secondMs, systemClock } from '../../clock'
import { callsOf } from './app'
import type { Stage } from './stage'

/** What a step shows; it throws if what should happen does not. */
export interface Step {
  readonly title: string
  run(stage: Stage): Promise<readonly string[]>
}

/** Looks until `look` finds something, for at most ten seconds. */
export const until = async <T>(what: string, look: () => Promise<T | null>): Promise<T> => {
  const deadline = systemClock.now() + 10 * secondMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (systemClock.now() > deadline) throw new Error(`${what} did not happen within ten seconds`)
    await systemClock.sleep(20)
  }
}

export const short = (text: unknown, length = 16): string => {
  const whole = String(text)
  return whole.length > length ? `${whole.slice(0, length)}…` : whole
}

export const must = (fits: boolean, otherwise: string): void => {
  if (!fits) throw new Error(otherwise)
}

/** The calls that WeCom saw since then, in their order. */
export const chain = ({ simulator }: Stage, since: number): string =>
  callsOf(simulator, since).join(' → ')
