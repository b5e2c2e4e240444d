/** The time, handed in wherever it is needed, so that a test can own it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves after `ms`; at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `ring` after `ms`, unless what it returns was called before. For what nearly always ends
   * in time: it costs a small part of a sleep with a signal.
   */
  alarm(ms: number, ring: () => void): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal?.addEventListener('abort', finish)
    }),
  alarm(ms, ring) {
    const timer = setTimeout(ring, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * What `work` comes to; if that takes longer than `ms`, what `late` gives instead, which may throw.
 */
export const within = <T>(
  clock: Pick<Clock, 'alarm'>,
  ms: number,
  work: Promise<T>,
  late: () => T,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const calm = clock.alarm(ms, () => resolve(Promise.try(late)))
    work.then(resolve, reject).finally(calm)
  })

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
