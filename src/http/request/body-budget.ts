/**
 * The memory that the bodies of strangers' requests may hold while they come, all together and of
 * one address. What doesn't fit is refused at once: whoever waits holds as much as whoever is read.
 */
import { ServiceError } from '../../errors'
import type { ClientOf } from './rate-limit'

/** The room of one body. */
export interface BodyRoom {
  /**
   * Makes sure of room for so many bytes in all.
   *
   * @throws {ServiceError} overloaded
   */
  claim(bytes: number): void
  /** Gives back what was claimed. */
  release(): void
}

export interface BodyBudget {
  roomFor(request: Request): BodyRoom
}

/**
 * A body of this size is always read: WeCom's are smaller, and behind a proxy that names nobody
 * all have one address.
 */
export const alwaysReadBytes = 16 * 1024

const mostBytes = 32 * 1024 * 1024
const mostBytesOfClient = 8 * 1024 * 1024
const retryAfterSeconds = 10

const overloaded = () =>
  new ServiceError('overloaded', 'Too many large bodies are under way just now.', {
    retryAfterSeconds,
  })

export const createBodyBudget = ({ clientOf }: { clientOf: ClientOf }): BodyBudget => {
  let taken = 0
  const takenBy = new Map<string, number>()

  const add = (address: string | undefined, bytes: number): void => {
    taken += bytes
    if (address === undefined) return
    const left = (takenBy.get(address) ?? 0) + bytes
    if (left > 0) takenBy.set(address, left)
    else takenBy.delete(address)
  }

  const fits = (address: string | undefined, bytes: number): boolean =>
    taken + bytes <= mostBytes &&
    (address === undefined || (takenBy.get(address) ?? 0) + bytes <= mostBytesOfClient)

  return {
    roomFor(request) {
      let held = 0
      let address: string | undefined
      return {
        claim(bytes) {
          if (bytes <= alwaysReadBytes || bytes <= held) return
          if (held === 0) address = clientOf(request)?.address
          if (!fits(address, bytes - held)) throw overloaded()
          add(address, bytes - held)
          held = bytes
        },
        release() {
          if (held > 0) add(address, -held)
          held = 0
        },
      }
    },
  }
}
