/** The life of a driver: it runs work until it is closed, and closes when that work has ended. */
import { ServiceError } from '../../errors'

export interface Lifecycle {
  /**
   * What the work gives.
   *
   * @throws {ServiceError} store_unavailable — the driver is closed
   */
  run<T>(work: () => T | Promise<T>): Promise<T>
  /** Refuses new work from now on; resolves when all that was begun has ended, well or badly. */
  close(): Promise<void>
}

/** @param name of the driver, for the message: "The store" */
export const createLifecycle = (name: string): Lifecycle => {
  const running = new Set<Promise<unknown>>()
  let open = true
  return {
    run: async (work) => {
      if (!open) throw new ServiceError('store_unavailable', `${name} is closed.`)
      const begun = (async () => work())()
      running.add(begun)
      try {
        return await begun
      } finally {
        running.delete(begun)
      }
    },
    close: async () => {
      open = false
      await Promise.allSettled(running)
    },
  }
}
