/** A bound on what runs at once: as much as there are connections, and what waits for them. */

export interface Turns {
  /**
   * Resolves when it is one's turn, with what ends it.
   *
   * @param signal nobody waits any more: rejects with its reason
   * @param isUrgent goes before all that is not
   */
  take(signal: AbortSignal, isUrgent: boolean): Promise<() => void>
  /** How many wait, of those that are urgent or of the others. */
  waiting(areUrgent: boolean): number
  /** From now on one more runs at once, unless there are as many as may be. */
  allowMore(): void
}

/** @param most how many run at once at most: one until more are allowed */
export const createTurns = (most: number): Turns => {
  /** Each in the order in which they came. */
  const urgent = new Set<() => void>()
  const others = new Set<() => void>()
  let running = 0
  let atOnce = 1

  const beginNext = () => {
    const [next = others.values().next().value] = urgent
    next?.()
  }

  /** However often it is called. */
  const createEnd = () => {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      running--
      beginNext()
    }
  }

  return {
    waiting: (areUrgent) => (areUrgent ? urgent : others).size,
    allowMore() {
      if (atOnce === most) return
      atOnce++
      beginNext()
    },
    take: (signal, isUrgent) =>
      new Promise((resolve, reject) => {
        const queue = isUrgent ? urgent : others
        const begin = () => {
          queue.delete(begin)
          signal.removeEventListener('abort', giveUp)
          running++
          resolve(createEnd())
        }
        const giveUp = () => {
          queue.delete(begin)
          reject(signal.reason)
        }
        if (signal.aborted) return giveUp()
        if (running < atOnce) return begin()
        signal.addEventListener('abort', giveUp)
        queue.add(begin)
      }),
  }
}
