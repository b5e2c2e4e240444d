/** What happens in an ordinary hour of a dozen companies, and how it is done faster. */
import { hourMs, systemClock } from '../../src/clock'
import { reasonOf } from '../../src/errors'
import type { Random } from '../../src/retry'

/** How often each thing happens in an hour of ordinary life. */
export const ordinaryHour = {
  'a page is signed': 1200,
  'a member writes': 360,
  'a program asks for a token': 240,
  'a member without a licence comes': 24,
  'a program reads what came': 12,
  'a company changes what it grants': 12,
  'a company comes or goes': 12,
  'a ticket comes': 6,
} as const

/** A machine that is busy with other things lives slower: nothing begins beyond that many. */
const mostUnderWay = 20

export type Happening = keyof typeof ordinaryHour

export interface Running {
  /** How often each thing was done. */
  readonly done: Readonly<Record<Happening, number>>
  /** What failed, and how. */
  readonly failed: readonly string[]
  /** Begins nothing more, and resolves when all that was begun has ended. */
  stop(): Promise<void>
}

/**
 * Does everything of an ordinary hour, again and again, `pace` times as fast if the machine keeps
 * up. Things happen at their times whether or not the few before have ended, as they do in life.
 */
export const liveAtPace = (
  pace: number,
  deeds: Readonly<Record<Happening, () => Promise<void>>>,
  random: Random,
): Running => {
  const names = Object.keys(ordinaryHour) as Happening[]
  const done = Object.fromEntries(names.map((name) => [name, 0])) as Record<Happening, number>
  const failed: string[] = []
  const over = new AbortController()
  const under = new Set<Promise<void>>()

  const begin = (name: Happening): void => {
    const deed = deeds[name]()
      .then(
        () => {
          done[name] += 1
        },
        (error: unknown) => {
          failed.push(`${name}: ${reasonOf(error)}`)
        },
      )
      .finally(() => under.delete(deed))
    under.add(deed)
  }

  const repeat = async (name: Happening): Promise<void> => {
    const everyMs = hourMs / ordinaryHour[name] / pace
    let nextAt = systemClock.now() + random() * everyMs
    for (;;) {
      await systemClock.sleep(Math.max(0, nextAt - systemClock.now()), over.signal)
      while (under.size >= mostUnderWay) await Promise.race(under)
      if (over.signal.aborted) return
      begin(name)
      nextAt += everyMs
    }
  }
  const repeating = names.map(repeat)

  return {
    done,
    failed,
    async stop() {
      over.abort()
      await Promise.all(repeating)
      while (under.size > 0) await Promise.all(under)
    },
  }
}
