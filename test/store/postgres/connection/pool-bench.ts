/** Pools on a server, closed after each test. */
import { afterEach } from 'bun:test'
import { type Clock, systemClock } from '../../../../src/clock'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { openPool } from '../../../../src/store/postgres/connection/pool'

/** Deadlines come ten times as soon: what is silent for good needs no more patience. */
export const hurriedClock: Pick<Clock, 'sleep' | 'alarm'> = {
  sleep: (ms) => systemClock.sleep(ms / 10),
  alarm: (ms, ring) => systemClock.alarm(ms / 10, ring),
}

export const usePools = () => {
  const opened: Database[] = []
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close()
  })
  return (url: string, connections = 2, clock = systemClock as typeof hurriedClock): Database => {
    const database = openPool({ url, connections, clock, random: Math.random })
    opened.push(database)
    return database
  }
}

/** How long something took, in milliseconds, and how it ended. */
export const timed = async (work: Promise<unknown>) => {
  const from = performance.now()
  const [outcome] = await Promise.allSettled([work])
  return { ms: performance.now() - from, outcome }
}
