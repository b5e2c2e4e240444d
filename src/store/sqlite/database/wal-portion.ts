/**
 * The portion of the write-ahead log that is brought into the database at once. A portion costs two
 * syncs beside its pages, and whoever writes meanwhile waits for all of it: so little where the
 * disk is quick, and much where it is slow.
 */
import type { Database } from 'bun:sqlite'

/** Pages, of 4 KiB each. */
const fewest = 500
const most = 4000

/** Share of the latest commit in the mean: one that is late alone changes little. */
const weight = 1 / 16

/**
 * Pages that are brought over at once where a commit takes so long: twice the time, twice the
 * pages. No I/O.
 */
export const portionFor = (commitMs: number): number =>
  Math.min(most, fewest * 2 ** Math.max(0, Math.ceil(Math.log2(commitMs))))

export interface WalPortion {
  /** Is told of each commit how long it took. */
  committed(tookMs: number): void
}

/** Sets the portion of a connection, for a quick disk at first. */
export const createWalPortion = (db: Database): WalPortion => {
  let meanMs = 0
  let pages: number | null = null
  const set = (wanted: number) => {
    if (wanted === pages) return
    pages = wanted
    db.run(`PRAGMA wal_autocheckpoint = ${pages}`)
  }
  set(portionFor(meanMs))
  return {
    committed(tookMs) {
      // Less than nothing is a clock that was put back.
      meanMs += (Math.max(0, tookMs) - meanMs) * weight
      set(portionFor(meanMs))
    },
  }
}
