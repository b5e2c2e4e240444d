/** Renewing many tokens a few at a time, so that ten thousand of them are no storm. */
import type { HeldToken } from './held-token'

export interface Renewal {
  /** Starts a round over what is due, unless the last round still goes on. */
  begin(due: () => readonly HeldToken[]): void
}

const mostAtOnce = 16

/** @param renew fetches one token anew; never rejects */
export const createRenewal = (renew: (held: HeldToken) => Promise<void>): Renewal => {
  let running = 0

  const fill = (queue: HeldToken[]): void => {
    while (running < mostAtOnce) {
      const held = queue.pop()
      if (!held) return
      // Somebody in need began to fetch it meanwhile.
      if (held.flight) continue
      running += 1
      renew(held).then(() => {
        running -= 1
        fill(queue)
      })
    }
  }

  return {
    begin(due) {
      if (running === 0) fill([...due()])
    },
  }
}
