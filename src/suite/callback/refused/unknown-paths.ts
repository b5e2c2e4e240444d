/** The unknown paths that somebody with WeCom's parameters calls: a URL was pasted wrongly. */
import { type Clock, hourMs } from '../../../clock'
import type { Logger } from '../../../log'
import { counted } from '../../../wording'

export interface UnknownPaths {
  /**
   * Counts a request at a path where no callback is taken.
   *
   * @returns the path as it is shown, if it is one of the few that are told apart and is new
   */
  add(path: string): string | null
  /** A sentence for each path of the last day, and one for those that there was no room for. */
  warnings(): string[]
}

/** Anybody can call anywhere: so few are told apart, and logged. */
const mostPaths = 10
const longestPath = 100
const rememberedMs = 24 * hourMs

const cure = 'Paste the URLs that `suited urls` prints.'

const shortened = (path: string): string =>
  path.length > longestPath ? `${path.slice(0, longestPath)}…` : path

export const createUnknownPaths = (clock: Pick<Clock, 'now'>): UnknownPaths => {
  const paths = new Map<string, { count: number; lastAt: number }>()
  const others = { count: 0, lastAt: 0 }

  const forgetOld = () => {
    const since = clock.now() - rememberedMs
    for (const [path, { lastAt }] of paths) if (lastAt < since) paths.delete(path)
    if (others.lastAt < since) others.count = 0
  }

  return {
    add(path) {
      forgetOld()
      const shown = shortened(path)
      const before = paths.get(shown)
      const isNew = !before && paths.size < mostPaths
      const calls = before ?? (isNew ? { count: 0, lastAt: 0 } : others)
      calls.count += 1
      calls.lastAt = clock.now()
      if (!isNew) return null
      paths.set(shown, calls)
      return shown
    },
    warnings() {
      forgetOld()
      const who = 'WeCom, or somebody with its parameters, calls'
      const sentences = [...paths].map(
        ([path, { count }]) =>
          `${who} a path that isn’t here: ${path} (${counted(count, 'time')}). ${cure}`,
      )
      if (others.count === 0) return sentences
      const times = counted(others.count, 'time')
      return [...sentences, `${who} still other paths that aren’t here (${times}). ${cure}`]
    },
  }
}

/**
 * Counts a request at a path where no callback is taken, and logs the first of each path.
 *
 * @param reason the code of the answer
 */
export type ReportUnknownPath = (path: string, reason: string) => void

export const createReportUnknownPath =
  ({ unknownPaths, log }: { unknownPaths: UnknownPaths; log: Logger }): ReportUnknownPath =>
  (path, reason) => {
    const shown = unknownPaths.add(path)
    if (shown === null) return
    log.warn('a request with WeCom’s parameters came to a path where no callback is taken', {
      path: shown,
      reason,
      cure,
    })
  }
