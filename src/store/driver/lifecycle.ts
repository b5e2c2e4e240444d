import { ServiceError } from '../../errors'

/** Lets work through until it is closed; knows what is still inside. */
export interface Gate {
  /** @throws {ServiceError} store_unavailable — the gate is closed */
  enter<T>(work: () => T | Promise<T>): Promise<T>
  /** Resolves when everything that had entered is done, well or badly. */
  close(): Promise<void>
}

/** @param name what is behind the gate, for the message: "The store" */
export const createGate = (name: string): Gate => {
  const inside = new Set<Promise<unknown>>()
  let open = true
  return {
    enter: async (work) => {
      if (!open) throw new ServiceError('store_unavailable', `${name} is closed.`)
      const running = (async () => work())()
      inside.add(running)
      try {
        return await running
      } finally {
        inside.delete(running)
      }
    },
    close: async () => {
      open = false
      await Promise.allSettled(inside)
    },
  }
}
