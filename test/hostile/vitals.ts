/** What a process takes of its machine, where /proc tells. */
import { readdir, readFile } from 'node:fs/promises'
import { secondMs, systemClock } from '../../src/clock'

export interface Vitals {
  /** Memory that is really there, in KiB. */
  readonly rssKib: number
  /** Open files and connections. */
  readonly descriptors: number
}

/** Null where there is no /proc: then nothing is measured, and the figures say so. */
export const vitalsOf = async (pid: number): Promise<Vitals | null> => {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const rssKib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1])
    return { rssKib, descriptors: (await readdir(`/proc/${pid}/fd`)).length }
  } catch {
    return null
  }
}

/**
 * How far something that was looked at evenly has grown: from the lowest of the second quarter to
 * that of the last. Lows are what is left when the garbage is gone; the first quarter is left out,
 * for everything warms up.
 */
export const growthOf = (samples: readonly number[]): number => {
  const quarter = Math.floor(samples.length / 4)
  if (quarter === 0) return 0
  return Math.min(...samples.slice(-quarter)) - Math.min(...samples.slice(quarter, 2 * quarter))
}

/** How long a process gets to collect its garbage and give memory back. */
const restMs = 20 * secondMs

/**
 * What a process takes once it is left in peace: the least of what is seen while it rests. Under
 * fire memory says how much is under way, and how late the collector is, not what is kept.
 */
export const vitalsAtRest = async (pid: number): Promise<Vitals | null> => {
  const seen: Vitals[] = []
  for (let waited = 0; waited < restMs; waited += secondMs) {
    await systemClock.sleep(secondMs)
    const now = await vitalsOf(pid)
    if (now === null) return null
    seen.push(now)
  }
  return {
    rssKib: Math.min(...seen.map(({ rssKib }) => rssKib)),
    descriptors: Math.min(...seen.map(({ descriptors }) => descriptors)),
  }
}
