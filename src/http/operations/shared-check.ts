/** A check that costs something, shared by all who ask for it at the same time and soon after. */
import type { Clock } from '../../clock'

/**
 * However many ask, one check is under way, and who comes later waits for that one. What it found
 * good stays so for a while; a failure is told to those who waited, and the next one checks again,
 * so that what is mended is seen at once.
 *
 * @param parts.check rejects with what is wrong
 * @param parts.goodForMs how long a good verdict is kept, from its coming
 */
export const createSharedCheck = (parts: {
  check(): Promise<void>
  goodForMs: number
  clock: Pick<Clock, 'now'>
}): (() => Promise<void>) => {
  const { check, goodForMs, clock } = parts
  let underWay: Promise<void> | null = null
  let goodSince: number | null = null

  /** A clock that was set back must not keep a verdict for longer. */
  const isKept = (): boolean => {
    if (goodSince === null) return false
    const age = clock.now() - goodSince
    return age >= 0 && age < goodForMs
  }

  const begin = async (): Promise<void> => {
    goodSince = null
    try {
      await check()
      goodSince = clock.now()
    } finally {
      underWay = null
    }
  }

  return async () => {
    if (isKept()) return
    underWay ??= begin()
    return underWay
  }
}
