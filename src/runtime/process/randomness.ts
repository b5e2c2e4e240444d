/** Unpredictable numbers and ids, from the system's generator. */
import type { Random } from '../../retry'

const batch = 1024

/** Numbers in [0, 1), drawn from the system a batch at a time. */
export const createRandom = (): Random => {
  const drawn = new Uint32Array(batch)
  let next = batch
  return () => {
    if (next === batch) {
      crypto.getRandomValues(drawn)
      next = 0
    }
    const number = drawn[next] ?? 0
    next += 1
    return number / 2 ** 32
  }
}

/** Ids that sort by the time they were made. */
export const newId = (): string => Bun.randomUUIDv7()

/** Fresh bytes for keys and what is sealed with them. */
export const randomBytes = (count: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(count))
