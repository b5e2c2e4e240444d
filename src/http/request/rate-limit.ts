/** The limit of what one client may do in a minute. Of one that is over it the log tells once. */
import { type Clock, minuteMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { Logger } from '../../log'
import type { Client } from './client-address'
import { networkAround } from './client-network'
import { createWindowCounter } from './window-counter'

/** Who sent a request; null where it came over no network. */
export type ClientOf = (request: Request) => Client | null

/** One too many. The log has the client's first of a window; the others are told nobody. */
export class OverLimit extends ServiceError {
  constructor(retryAfterSeconds: number) {
    super('too_many_requests', 'Too many requests from this address.', { retryAfterSeconds })
  }
}

export interface RateLimit {
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

const unlimited: RateLimit = { isOn: false, take: () => undefined, isSpent: () => false }

const proxyHint =
  'This is a proxy of yours: if others stand behind it, let it name them in X-Forwarded-For.'

/** Of an IPv6 network of 65,536 addresses no more is taken than of so many. */
export const addressesOfNetwork = 16

/** @param parts.perMinute 0 turns it off */
export const createRateLimit = (parts: {
  readonly perMinute: number
  /** What is counted, for the log. */
  readonly what: string
  readonly clock: Clock
  readonly log: Logger
}): RateLimit => {
  const { perMinute, what, clock, log } = parts
  if (perMinute === 0) return unlimited
  const counter = createWindowCounter({ windowMs: minuteMs, clock })
  const perMinuteOfNetwork = perMinute * addressesOfNetwork

  /** Counts one, and refuses what is over. */
  const count = (address: string, most: number, isProxy: boolean): void => {
    const counted = counter.add(address)
    if (counted <= most) return
    if (counted === most + 1) {
      log.warn('an address is over SUITED_RATE_LIMIT for the rest of its minute', {
        address,
        what,
        perMinute: most,
        ...(isProxy && { hint: proxyHint }),
      })
    }
    throw new OverLimit(counter.endsInSeconds(address))
  }

  return {
    isOn: true,
    take(client) {
      if (client === null) return
      const { address, isProxy } = client
      // What one address sends too many takes nothing from its network.
      count(address, perMinute, isProxy)
      const network = networkAround(address)
      if (network !== null) count(network, perMinuteOfNetwork, isProxy)
    },
    isSpent(client) {
      if (client === null) return false
      if (counter.count(client.address) >= perMinute) return true
      const network = networkAround(client.address)
      return network !== null && counter.count(network) >= perMinuteOfNetwork
    },
  }
}
