/** A bound on what runs at once: as much as there are connections, and what waits for them. */

export interface Turns {
  /**
   * Resolves when it is one's turn, with what ends it.
   *
   * @param signal nobody waits any more: rejects with its reason
   */
  take(signal: AbortSignal): Promise<() => void>
  /** How many wait. */
  readonly waiting: number
}

/** @param atOnce how many run at once */
export const createTurns = (atOnce: number): Turns => {
  /** In the order in which they came. */
  const queue = new Set<() => void>()
  let running = 0

  /** However often it is called. */
  const createEnd = () => {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      running--
      const [next] = queue
      next?.()
    }
  }

  return {
    get waiting() {
      return queue.size
    },
    take: (signal) =>
      new Promise((resolve, reject) => {
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
