/** A pool on a database of a test's own. */
import { systemClock } from '../../src/clock'
import type { Database } from '../../src/store/postgres/connection/database'
import { openPool } from '../../src/store/postgres/connection/pool'

export const openTestPool = (url: string, connections = 1): Database =>
  openPool({ url, connections, clock: systemClock, random: Math.random })
