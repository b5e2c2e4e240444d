/**
 * The inbox that verified callbacks are written to: a ticket to the store, everything else to the
 * event log, durably, before anyone is told `success`. The work on it happens later, from the log.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import { eventIdentity } from '../../events/event-identity'
import { unreadType } from '../../events/unread-type'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { NewEvent } from '../../store/event-record'
import type { DataMessage, Message, MessageFailure } from '../../wecom/callback/message'
import { type Addressee, addresseeText } from './addressee'
import { factsOf } from './message-facts'
import type { Tickets } from './suite-ticket'

export interface Arrival {
  /** The suite whose URL and pair it came with; null for the provider's own messages. */
  readonly suiteId: string | null
  /** The kind of URL it came to: the source of a body that can't be understood. */
  readonly url: 'command' | 'data' | 'system'
  readonly body: string
  readonly message: Message | MessageFailure
  readonly addressee: Addressee
}

export interface Receipt {
  readonly outcome: 'ticket' | 'ticket_refused' | 'stored' | 'duplicate'
  /** What a member is answered, as XML; null: nothing. */
  readonly reply: string | null
}

/** Who answers members at once. */
export interface Replies {
  /** From when on others may dispatch the event; null where nobody replies to it. */
  dispatchAt(event: NewEvent, message: DataMessage): number | null
  /** The reply, as XML, within WeCom's time; null: none. Never rejects. */
  replyTo(event: NewEvent, message: DataMessage): Promise<string | null>
}

export interface Inbox {
  /**
   * Resolves when it is safe on disk.
   *
   * @throws {ServiceError} store_unavailable
   */
  receive(arrival: Arrival): Promise<Receipt>
}

export const createInbox = (parts: {
  eventLog: Pick<EventLog, 'append'>
  tickets: Tickets
  clock: Clock
  log: Logger
  /** A fresh id that sorts behind those before it. */
  newId(): string
  /** Asked about every message of a member, and for its reply once the message is on disk. */
  replies: Replies
  /** Types of events on which suited itself acts. */
  actsOn(type: string): boolean
  /** Told after an event with work to do is on disk. */
  onWork(): void
  /** Told of every message that names a company. */
  onCorpMessage(suiteId: string, corpid: string): void
}): Inbox => {
  const { eventLog, tickets, clock, log, newId, replies, actsOn, onWork, onCorpMessage } = parts

  const eventOf = (arrival: Arrival): NewEvent => {
    const { body, message, suiteId, url, addressee } = arrival
    const unread = typeof message === 'string'
    const facts = unread
      ? { type: unreadType, source: url, suiteId, corpid: null }
      : factsOf(message, suiteId)
    return {
      ...facts,
      id: newId(),
      identity: eventIdentity(facts.suiteId, body),
      receivedAt: clock.now(),
      body,
      dispatchAt: null,
      status: unread ? 'dead' : actsOn(facts.type) ? 'pending' : 'done',
      lastError: unread ? message : null,
      pendingSecret: unread ? addresseeText(addressee) : null,
    }
  }

  return {
    async receive(arrival) {
      const { message } = arrival
      if (typeof message !== 'string' && message.kind === 'command') {
        if (message.type === 'suite_ticket') {
          const outcome = await tickets.save(message)
          return { outcome: outcome === 'refused' ? 'ticket_refused' : 'ticket', reply: null }
        }
      }
      const arrived = eventOf(arrival)
      const ofMember = typeof message !== 'string' && message.kind === 'data' ? message : null
      const dispatchAt = ofMember && replies.dispatchAt(arrived, ofMember)
      const event = dispatchAt === null ? arrived : { ...arrived, dispatchAt }
      const outcome = await eventLog.append(event).catch((error: unknown) => {
        log.error('an event could not be stored; WeCom is told to push it again', {
          type: event.type,
          suiteId: event.suiteId,
          reason: reasonOf(error),
        })
        throw error
      })
      const { id, type, suiteId, corpid } = event
      if (outcome === 'duplicate') {
        log.info('an event came again', { type, suiteId, corpid })
        return { outcome, reply: null }
      }
      if (event.status === 'dead') {
        log.warn('a correctly signed message could not be understood and is kept as it came', {
          id,
          suiteId,
          reason: event.lastError,
        })
      } else log.info('an event came', { id, type, suiteId, corpid })
      if (event.status === 'pending') onWork()
      if (suiteId !== null && corpid !== null) onCorpMessage(suiteId, corpid)
      const isReplied = ofMember !== null && dispatchAt !== null
      return { outcome, reply: isReplied ? await replies.replyTo(event, ofMember) : null }
    },
  }
}
