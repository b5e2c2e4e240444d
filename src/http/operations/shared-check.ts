/** A check that costs something, shared by all who ask for it at the same time and soon after. */
import type { Clock } from '../../clock'

/**
 * However many ask, one check is under way, and who comes later waits for that one. What it found
 * is the answer for a while; if it throws, that is told to those who waited, and the next one
 * checks again, so that what is mended is seen at once.
 *
 * @param parts.keptForMs how long what it found is kept, from its coming
 */
export const createSharedCheck = <T>(parts: {
  check(): Promise<T>
  keptForMs: number
  clock: Pick<Clock, 'now'>
}): (() => Promise<T>) => {
  const { check, keptForMs, clock } = parts
  let underWay: Promise<T> | null = null
  let found: { readonly value: T; readonly at: number } | null = null

  /** A clock that was set back must not keep it for longer. */
  const isKept = (at: number): boolean => {
    const age = clock.now() - at
    return age >= 0 && age < keptForMs
  }

  const begin = async (): Promise<T> => {
    found = null
    try {
      const value = await check()
      found = { value, at: clock.now() }
      return value
    } finally {
      underWay = null
    }
  }

  return async () => {
    if (found && isKept(found.at)) return found.value
    underWay ??= begin()
    return underWay
  }
}
