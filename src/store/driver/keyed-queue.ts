/** A queue for each key: work on one key runs in turn, work on different keys side by side. */
export interface KeyedQueue {
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

export const createKeyedQueue = (): KeyedQueue => {
  const tails = new Map<string, Promise<void>>()
  return {
    run: (key, work) => {
      const turn = (tails.get(key) ?? Promise.resolve()).then(work)
      const tail: Promise<void> = turn
        .catch(() => {})
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key)
        })
      tails.set(key, tail)
      return turn
    },
  }
}
