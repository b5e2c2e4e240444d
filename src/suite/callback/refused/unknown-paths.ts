/** Where somebody with WeCom's parameters calls and nothing is: a URL was pasted wrongly. */
import { type Clock, hourMs } from '../../../clock'
import type { Logger } from '../../../log'
import { counted } from '../../../wording'

export interface UnknownCallbackPaths {
  /** Counts a request at a path where no callback is taken. */
  note(path: string): void
  /** A sentence for each path of the last day, and one for those that there was no room for. */
  warnings(): string[]
}

/** Anybody can call anywhere: so few are told apart, and logged. */
const mostPaths = 10
const longestPath = 100
const keptMs = 24 * hourMs

const cure = 'Paste the URLs that `suited urls` prints.'

export const createUnknownCallbackPaths = (parts: {
  clock: Pick<Clock, 'now'>
  log: Logger
}): UnknownCallbackPaths => {
  const { clock, log } = parts
  const seen = new Map<string, { count: number; lastAt: number }>()
  const others = { count: 0, lastAt: 0 }

  const forgetOld = () => {
    const since = clock.now() - keptMs
    for (const [path, { lastAt }] of seen) if (lastAt < since) seen.delete(path)
    if (others.lastAt < since) others.count = 0
  }

  const cut = (path: string) =>
    path.length > longestPath ? `${path.slice(0, longestPath)}…` : path

  return {
    note(path) {
      forgetOld()
      const short = cut(path)
      const before = seen.get(short)
      const counted = before ?? (seen.size < mostPaths ? { count: 0, lastAt: 0 } : others)
      counted.count += 1
      counted.lastAt = clock.now()
      if (before || counted === others) return
      seen.set(short, counted)
      log.info('a request with WeCom’s parameters came to a path where no callback is taken', {
        path: short,
        cure,
      })
    },
    warnings() {
      forgetOld()
      const told = [...seen].map(
        ([path, { count }]) =>
          `WeCom, or somebody with its parameters, calls a path that isn’t here: ${path} (${counted(count, 'time')}). ${cure}`,
      )
      if (others.count > 0) {
        told.push(
          `WeCom, or somebody with its parameters, calls still other paths that aren’t here (${counted(others.count, 'time')}). ${cure}`,
        )
      }
      return told
    },
  }
}
