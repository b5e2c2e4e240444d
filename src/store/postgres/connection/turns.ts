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
}

/** @param atOnce how many run at once */
export const createTurns = (atOnce: number): Turns => {
  /** Each in the order in which they came. */
  const urgent = new Set<() => void>()
  const others = new Set<() => void>()
  let running = 0

  /** However often it is called. */
  const createEnd = () => {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      running--
      const [next = others.values().next().value] = urgent
      next?.()
    }
  }

  return {
    waiting: (areUrgent) => (areUrgent ? urgent : others).size,
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
