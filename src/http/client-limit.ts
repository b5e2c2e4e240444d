/** How much one client may do in a minute. Who may do more than that is told once in the log. */
import { type Clock, minuteMs } from '../clock'
import { ServiceError } from '../errors'
import type { Logger } from '../log'
import type { Client } from './client-address'
import { createTally } from './tally'

/** Who sent a request; null where it came over no network. */
export type ClientOf = (request: Request) => Client | null

/** One too many. The log has the client's first of a window; the others are told nobody. */
export class OverLimit extends ServiceError {
  constructor(retryAfterSeconds: number) {
    super('too_many_requests', 'Too many requests from this address.', { retryAfterSeconds })
  }
}

export interface ClientLimit {
  /** Where it is off, nobody needs to find out who the client is. */
  readonly isOn: boolean
  /**
   * Counts one.
   *
   * @throws {OverLimit} too_many_requests
   */
  take(client: Client | null): void
  /** Whether another one would be too many. */
  isSpent(client: Client | null): boolean
}

const unlimited: ClientLimit = { isOn: false, take: () => undefined, isSpent: () => false }

const proxyHint =
  'This is a proxy of yours: if others stand behind it, let it name them in X-Forwarded-For.'

/** @param parts.perMinute 0 turns it off */
export const createClientLimit = (parts: {
  readonly perMinute: number
  /** What is counted, for the log. */
  readonly what: string
  readonly clock: Clock
  readonly log: Logger
}): ClientLimit => {
  const { perMinute, what, clock, log } = parts
  if (perMinute === 0) return unlimited
  const tally = createTally({ windowMs: minuteMs, clock })
  return {
    isOn: true,
    take(client) {
      if (client === null) return
      const { address, isProxy } = client
      const count = tally.add(address)
      if (count <= perMinute) return
      if (count === perMinute + 1) {
        log.warn('an address is over SUITED_RATE_LIMIT for the rest of its minute', {
          address,
          what,
          perMinute,
          ...(isProxy && { hint: proxyHint }),
        })
      }
      throw new OverLimit(tally.endsInSeconds(address))
    },
    isSpent: (client) => client !== null && tally.count(client.address) >= perMinute,
  }
}
