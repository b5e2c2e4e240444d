/**
 * The second reading of a message that couldn't be read when it came, at an operator's wish: after
 * an upgrade it may be one of those that can. Then it is an event like any other, and worked on.
 */
import type { Clock } from '../../clock'
import { unreadType } from '../../events/unread-type'
import type { EventRecord, Settlement } from '../../store/event-record'
import { type Message, parseMessage } from '../../wecom/callback/message'
import { judgeReceiver, type ReceiverVerdict } from '../../wecom/callback/receiver'
import type { Suites } from '../suites'
import { addresseeIn, addresseeNamedIn } from './addressee'
import { factsOf } from './message-facts'
import { ownIdsOf } from './own-ids'
import type { Tickets } from './suite-ticket'

/** The work on one event; whoever has no claim may do it too. */
export type Reread = (event: EventRecord) => Promise<Settlement>

export const createRereading = (parts: {
  suites: Suites
  tickets: Tickets
  clock: Clock
}): Reread => {
  const { suites, tickets, clock } = parts

  /**
   * As it would have been judged when it came; ids that aren't configured are discovered by others.
   */
  const judge = (message: Message, { suiteId, pendingSecret }: EventRecord): ReceiverVerdict => {
    const addressee = addresseeIn(pendingSecret) ?? addresseeNamedIn(message)
    const { receiveId } = addressee
    const suite = suiteId === null ? null : suites.byId(suiteId)
    const named = message.kind === 'command' ? message.suiteId : receiveId
    const own = ownIdsOf(suites, suite, named)
    // The suite that took it may be configured no more.
    return judgeReceiver(
      message,
      receiveId,
      suiteId === null ? own : { ...own, suiteId },
      addressee,
    )
  }

  return async (event: EventRecord): Promise<Settlement> => {
    const { body, suiteId } = event
    const parsed = parseMessage(body)
    if (!parsed.ok) return { status: 'dead', lastError: parsed.reason }
    const message = parsed.value
    const verdict = judge(message, event)
    if (!verdict.ok) {
      const lastError = `It is for another receiver: the ${verdict.which} is not ours.`
      return { status: 'dead', lastError }
    }
    if (message.kind === 'command' && message.type === 'suite_ticket') {
      const outcome = await tickets.save(message)
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
