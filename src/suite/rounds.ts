/** Work that is done again and again in the background, each piece at its own pace. */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'

export interface Rounds {
  /**
   * Begins a round at once and another one `ms` after each has ended; failures are logged.
   *
   * @param turn gets a signal that aborts at `stop`, for what it leaves behind to go on
   */
  every(ms: number, turn: (stopping: AbortSignal) => unknown): void
  /** Begins no more and resolves when those under way have ended. */
  stop(): Promise<void>
}

export const createRounds = ({ clock, log }: { clock: Clock; log: Logger }): Rounds => {
  const stopping = new AbortController()
  const running: Promise<void>[] = []

  const run = async (ms: number, turn: (stopping: AbortSignal) => unknown): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn(stopping.signal)
      } catch (error) {
        log.error('a regular task failed', { reason: reasonOf(error) })
      }
      await clock.sleep(ms, stopping.signal)
    }
  }

  return {
    every: (ms, turn) => void running.push(run(ms, turn)),
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
