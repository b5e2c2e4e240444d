/** The limit of auth_codes that come without a state of ours: anybody may bring one. */
import { type Clock, minuteMs } from '../../../clock'
import type { Logger } from '../../../log'
import type { Client } from '../../request/client-address'
import { OverLimit, type RateLimit } from '../../request/rate-limit'
import { createWindowCounter } from '../../request/window-counter'

export interface StrangerCodes {
  /**
   * Counts one.
   *
   * @throws {OverLimit} too_many_requests — of its address, or of all together
   */
  admit(client: Client | null): void
}

const everybody = 'everybody'

/** @param parts.perMinute of all addresses together; where that of one is off, so is this */
export const createStrangerCodes = (parts: {
  readonly limitOfAddress: RateLimit
  readonly perMinute: number
  readonly clock: Clock
  readonly log: Logger
}): StrangerCodes => {
  const { limitOfAddress, perMinute, clock, log } = parts
  const counter = createWindowCounter({ windowMs: minuteMs, clock })
  return {
    admit(client) {
      if (!limitOfAddress.isOn) return
      // What one address brings too many takes nothing from the others.
      limitOfAddress.take(client)
      const counted = counter.add(everybody)
      if (counted <= perMinute) return
      if (counted === perMinute + 1) {
        log.warn('auth_codes without a state are refused for the rest of a minute', { perMinute })
      }
      throw new OverLimit(counter.endsInSeconds(everybody))
    },
  }
}
