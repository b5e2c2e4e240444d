/** Work on many rows, some at a time. */
import type { Database, Query } from './database'

/** Few enough not to hold up what else writes. */
const rowsAtOnce = 500

/**
 * Repeats a step, each time as a transaction, until it takes less than it might; adds up.
 *
 * @param step takes up to so many rows, and says how many it took
 */
export const exhaust = async (
  database: Pick<Database, 'transaction'>,
  step: (query: Query, limit: number) => Promise<number>,
): Promise<number> => {
  let total = 0
  while (true) {
    const taken = await database.transaction((query) => step(query, rowsAtOnce))
    total += taken
    if (taken < rowsAtOnce) return total
  }
}
