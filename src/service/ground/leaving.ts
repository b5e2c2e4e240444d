/** That a service goes down: callbacks are refused, and who waits for events is sent away. */
export interface Leaving {
  /** Whether callbacks are refused. */
  isLeaving(): boolean
  /** Aborts when it goes down, or goes on with other settings. */
  readonly signal: AbortSignal
  leave(): void
  sendWaitersAway(): void
}

export const createLeaving = (): Leaving => {
  let isLeaving = false
  const waiters = new AbortController()
  return {
    isLeaving: () => isLeaving,
    signal: waiters.signal,
    leave() {
      isLeaving = true
      waiters.abort()
    },
    sendWaitersAway: () => waiters.abort(),
  }
}
