/**
 * A message that couldn't be read when it came is read again at an operator's wish: after an
 * upgrade it may be one of those that can. Then it is an event like any other, and worked on.
 */
import type { Clock } from '../../clock'
import type { Work } from '../../events/worker'
import type { EventRecord, Settlement } from '../../store/event-log'
import { type Message, parseMessage } from '../../wecom/callback/message'
import { factsOf } from './message-facts'
import type { Tickets } from './suite-ticket'

/** What the API calls the type of a message that can't be read. */
export const unreadType = 'unparsed'

/** Whether a message names a receiver other than the one that took it. */
const isForAnother = (message: Message, suiteId: string | null, provider: string | null) =>
  message.kind === 'command'
    ? suiteId !== null && message.suiteId !== suiteId
    : message.kind === 'system' && provider !== null && message.serviceCorpId !== provider

export const createRereading = (parts: {
  tickets: Tickets
  clock: Clock
  /** The provider's own corpid, if it is configured. */
  providerCorpid: string | null
}): Work => {
  const { tickets, clock, providerCorpid } = parts

  return async ({ body, suiteId }: EventRecord): Promise<Settlement> => {
    const parsed = parseMessage(body)
    if (!parsed.ok) return { status: 'dead', lastError: parsed.reason }
    const message = parsed.value
    if (isForAnother(message, suiteId, providerCorpid)) {
      return { status: 'dead', lastError: 'It is for another receiver.' }
    }
    if (message.kind === 'command' && message.type === 'suite_ticket') {
      const outcome = await tickets.keep(message)
      const kept = outcome === 'saved' || outcome === 'older'
      return kept ? { status: 'done' } : { status: 'dead', lastError: 'Its ticket is unusable.' }
    }
    const { corpid, ...readAs } = factsOf(message, suiteId)
    if (readAs.type === unreadType) return { status: 'done' }
    return {
      status: 'pending',
      lastError: null,
      nextAttemptAt: clock.now(),
      readAs,
      ...(corpid !== null && { corpid }),
    }
  }
}
