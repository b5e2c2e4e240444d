/**
 * The suite_ticket on its way: every ten minutes, or at once when somebody asks (document 90628).
 */
import { minuteMs } from '../../clock'
import { confirmTicket, issue } from '../world/tokens'
import type { World } from '../world/world'
import type { MessagePusher, Pushed } from './push-messages'

export interface TicketPusher {
  /**
   * Pushes a fresh ticket. Once it is answered with 200 the older ones are refused; until then
   * they live on, so that missed pushes don't matter.
   *
   * @throws {ServiceError} suite_not_found
   */
  pushTicket(suiteId: string): Promise<Pushed>
  /**
   * Pushes tickets to every suite with a command URL, now and then regularly.
   *
   * @param intervalMs ten minutes, as WeCom does it, unless given
   * @returns stops it
   */
  startTickets(intervalMs?: number): () => void
}

const cadenceMs = 10 * minuteMs

export const createTicketPusher = (
  world: World,
  { pushEvent }: Pick<MessagePusher, 'pushEvent'>,
): TicketPusher => {
  const pushTicket = async (suiteId: string): Promise<Pushed> => {
    const ticket = issue(world, 'suite_ticket', { suiteId, corpid: null })
    const pushed = await pushEvent('suite_ticket', {
      suiteId,
      fields: { SuiteTicket: ticket.value },
    })
    if (pushed.status === 200) confirmTicket(world, ticket)
    return pushed
  }

  const run = async (intervalMs: number, stopped: AbortSignal) => {
    while (!stopped.aborted) {
      for (const { suiteId, commandUrl } of world.suites.values()) {
        // Not waited for: a backend that doesn't answer must not shift the next push.
        if (commandUrl !== null) void pushTicket(suiteId)
      }
      await world.clock.sleep(intervalMs, stopped)
    }
  }

  return {
    pushTicket,
    startTickets: (intervalMs = cadenceMs) => {
      const stop = new AbortController()
      void run(intervalMs, stop.signal)
      return () => stop.abort()
    },
  }
}
