/**
 * Pushed suite_tickets: state, not news. The newest one wins, is stored durably, and wakes the
 * suite's token.
 */
import type { Clock } from '../../clock'
import { dayMs, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Store } from '../../store/store'
import type { CommandMessage } from '../../wecom/callback/message'
import { textOf } from '../../wecom/callback/xml'

export type TicketOutcome = 'saved' | 'older' | 'refused' | 'too_long'

export interface Tickets {
  /**
   * Saves a pushed ticket under the suite that it names. `'refused'` if its TimeStamp is no number
   * or lies further in the future than a callback may; `'too_long'` if it is no ticket: pushing it
   * again would make it no shorter.
   */
  save(message: CommandMessage): Promise<TicketOutcome>
}

/** WeCom's documents say 512 bytes; eight times as much is still no burden. */
const longestTicket = 4096

export const createTickets = (parts: {
  store: Pick<Store, 'saveTicket'>
  clock: Clock
  log: Logger
  /** The callbacks' max age; 0 = off. */
  maxAgeSeconds: number
  /** Told after a newer ticket is on disk; of the same one once. */
  onNewTicket(suiteId: string): void
}): Tickets => {
  const { store, clock, log, maxAgeSeconds, onNewTicket } = parts
  const furthestAheadMs = maxAgeSeconds > 0 ? maxAgeSeconds * secondMs : dayMs
  /** By suite id the ticket that was told of last. */
  const told = new Map<string, string>()

  /** WeCom repeats a push whose answer was late: what waits for a new ticket goes on waiting. */
  const tell = (suiteId: string, timeStampSeconds: number, value: string): void => {
    const ticket = `${timeStampSeconds} ${value}`
    if (told.get(suiteId) === ticket) return
    told.set(suiteId, ticket)
    onNewTicket(suiteId)
  }

  return {
    async save({ suiteId, timeStampSeconds, payload }) {
      const value = textOf(payload, 'SuiteTicket')?.trim()
      const receivedAt = clock.now()
      const tooFarAhead =
        timeStampSeconds !== null && timeStampSeconds * secondMs > receivedAt + furthestAheadMs
      if (!value || timeStampSeconds === null || tooFarAhead) {
        log.warn('a suite_ticket was refused: its TimeStamp or its value is unusable', {
          suiteId,
          timeStampSeconds,
          hasValue: Boolean(value),
        })
        return 'refused'
      }
      if (value.length > longestTicket) {
        log.warn('a suite_ticket was refused: it is longer than any of WeCom’s', {
          suiteId,
          characters: value.length,
        })
        return 'too_long'
      }
      const ticket = { value, timeStampSeconds, receivedAt }
      const outcome = await store.saveTicket(suiteId, ticket).catch((error: unknown) => {
        log.error('a suite_ticket could not be stored; WeCom is told to push it again', {
          suiteId,
          reason: reasonOf(error),
        })
        throw error
      })
      if (outcome === 'saved') {
        log.info('a suite_ticket came', { suiteId, timeStampSeconds })
        tell(suiteId, timeStampSeconds, value)
      } else {
        log.info('an older suite_ticket came late and was not used', { suiteId, timeStampSeconds })
      }
      return outcome
    },
  }
}
