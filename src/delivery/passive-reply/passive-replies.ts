/**
 * Passive replies: a member's message goes to the endpoint that replies while WeCom still waits for
 * the answer to its push. That attempt is the delivery; its answer, if it comes in time and can be
 * read, is what the member sees.
 */
import { type Clock, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Deliveries } from '../../store/deliveries'
import type { NewEvent } from '../../store/event-record'
import { looksLikeJson } from '../../wecom/callback/json-message'
import type { DataMessage } from '../../wecom/callback/message'
import { textOf } from '../../wecom/callback/xml'
import { outgoingOf } from '../dispatcher'
import type { Endpoint, EndpointDirectory } from '../endpoint'
import type { EndpointNotices } from '../endpoint-notices'
import { isHolding } from '../schedule/schedule'
import type { Sender, Sent } from '../send/sender'
import type { DeliverySharing } from '../sharing'
import type { StateCache } from '../state-cache'
import { createTries, deliveryLeaseMs, finishWithinMs } from '../tries'
import { type Filtered, isWanted, type SuiteKeyOf } from '../wanted'
import { readReply } from './read-reply'
import { replyXml } from './reply-xml'
import { takesReply } from './replyable'

/** WeCom waits five seconds; the rest is for sealing the reply and for the way back. */
const replyWithinMs = 4.7 * secondMs
/** From then on others may dispatch and send the event: whoever had it has crashed. */
const aloneMs = 6 * secondMs
/** More messages at a time are delivered like any other, without a reply. */
const mostAtOnce = 256

export interface PassiveReplies {
  /**
   * From when on others may dispatch an event, epoch milliseconds; null where nobody replies to it.
   * Asked of every message of a member: it reads what is known already.
   */
  dispatchAt(event: NewEvent, message: DataMessage): number | null
  /**
   * Delivers an event that has such a `dispatchAt` and is on disk.
   *
   * @returns the reply as XML, in time for WeCom; null: none. Never rejects
   */
  replyTo(event: NewEvent, message: DataMessage): Promise<string | null>
  /** Begins no more and resolves when what is under way has ended. */
  stop(): Promise<void>
}

/** A member, by userid; null where WeCom itself speaks. */
const memberOf = ({ payload }: DataMessage): string | null => {
  const from = textOf(payload, 'FromUserName')?.trim()
  return !from || from === 'sys' ? null : from
}

export const createPassiveReplies = (parts: {
  endpoints: EndpointDirectory
  states: StateCache
  suiteKeyOf: SuiteKeyOf
  deliveries: Pick<
    Deliveries,
    'dispatch' | 'claimDelivery' | 'settleDelivery' | 'setEndpointStatus'
  >
  sender: Sender
  notices: EndpointNotices
  sharing: DeliverySharing
  clock: Clock
  random: Random
  log: Logger
  /** Told of every endpoint that has something due. */
  onDue(endpoint: string): void
  /**
   * A member waits five seconds, so an attempt goes out at once, whatever else the endpoint is
   * sent; those that can wait are told of it, until what is returned is called.
   */
  beside(endpoint: Endpoint): () => void
}): PassiveReplies => {
  const { endpoints, states, suiteKeyOf, deliveries, sharing, clock, log, onDue, beside } = parts
  const leaving = new AbortController()
  const cutting = new AbortController()
  const underWay = new Set<Promise<void>>()
  const tries = createTries({
    changed: states.put,
    isWanted: (endpoint, event) => isWanted(endpoint, event, suiteKeyOf),
    deliveries,
    sender: parts.sender,
    notices: parts.notices,
    sharing,
    clock,
    random: parts.random,
    log,
    leaving: leaving.signal,
    cutting: cutting.signal,
  })

  const replierAmong = (all: readonly Endpoint[], event: Filtered): Endpoint | null =>
    all.find((endpoint) => endpoint.replies && isWanted(endpoint, event, suiteKeyOf)) ?? null

  const sayNone = (event: NewEvent, endpoint: Endpoint, why: string) =>
    log.warn(`a member gets no passive reply: ${why}`, { id: event.id, endpoint: endpoint.name })

  /** The endpoint that is tried at once, with its state; null if it takes nothing now. */
  const readyReplier = async (all: readonly Endpoint[], event: NewEvent) => {
    const endpoint = replierAmong(all, event)
    if (endpoint === null || leaving.signal.aborted) return null
    if (underWay.size > mostAtOnce) {
      sayNone(event, endpoint, 'too many are waited for at this moment')
      return null
    }
    const state = await states.get(endpoint.name)
    if (!isHolding(state)) return { endpoint, state }
    sayNone(event, endpoint, 'its endpoint takes nothing now, so the message is held for it')
    return null
  }

  /** What the member gets of what came back. */
  const replyIn = (sent: Sent, event: NewEvent, message: DataMessage): string | null => {
    const member = memberOf(message)
    if (sent.verdict !== 'done' || member === null) return null
    const read = readReply(sent.answer, event.type)
    if (!read.ok) {
      log.warn('a passive reply is dropped: it is none that WeCom would take', {
        id: event.id,
        endpoint: sent.attempt.endpoint,
        reason: read.reason,
      })
      return null
    }
    return read.value && replyXml(read.value, member, message.corpid, clock.now())
  }

  /** @param give takes the reply; a second one counts for nothing */
  const deliver = async (
    event: NewEvent,
    message: DataMessage,
    replyBefore: number,
    give: (xml: string | null) => void,
  ): Promise<void> => {
    const all = await endpoints.all()
    const ready = await readyReplier(all, event)
    const now = clock.now()
    const destinations = await endpoints.destinations()
    const outgoing = outgoingOf({ ...event, outgoing: null }, destinations, suiteKeyOf, now)
    const isReplier = (name: string) => name === ready?.endpoint.name
    const chosen = outgoing.endpoints.map((one) =>
      isReplier(one.name) ? { ...one, dueAt: event.receivedAt + aloneMs } : one,
    )
    await deliveries.dispatch([{ ...outgoing, endpoints: chosen }], now)
    for (const { name } of chosen) if (!isReplier(name)) onDue(name)
    if (ready === null) return
    const { endpoint, state } = ready
    const { name } = endpoint
    const claimed = await deliveries.claimDelivery(event.id, name, clock.now(), deliveryLeaseMs)
    if (claimed === null) {
      sayNone(event, endpoint, 'an older event of its company is to be delivered first (order)')
      return
    }
    const ended = beside(endpoint)
    await tries
      .perform(endpoint, state, claimed, {
        replyBefore,
        onSent(sent) {
          if (clock.now() < replyBefore) give(replyIn(sent, event, message))
        },
      })
      .finally(ended)
    onDue(name)
  }

  return {
    dispatchAt(event, message) {
      if (!takesReply(event.type) || event.status !== 'done' || memberOf(message) === null) {
        return null
      }
      const endpoint = replierAmong(endpoints.known(), event)
      if (endpoint === null) return null
      if (!sharing.isSure()) {
        sayNone(event, endpoint, 'this replica can’t be sure of what it takes')
        return null
      }
      if (looksLikeJson(event.body)) {
        // It is answered in another envelope, which WeCom documents for no suite.
        sayNone(event, endpoint, 'the message came as JSON, to which WeCom documents none')
        return null
      }
      return event.receivedAt + aloneMs
    },

    replyTo(event, message) {
      const { id, receivedAt } = event
      const replyBefore = receivedAt + replyWithinMs
      return new Promise((resolve) => {
        const stopAlarm = clock.alarm(Math.max(replyBefore - clock.now(), 0), () => {
          log.warn('a member gets no passive reply: the endpoint did not answer in time', { id })
          resolve(null)
        })
        const give = (xml: string | null) => {
          stopAlarm()
          resolve(xml)
        }
        const task: Promise<void> = deliver(event, message, replyBefore, give)
          .catch((error) => {
            log.error('a message could not be delivered for a passive reply; it goes out later', {
              id,
              reason: reasonOf(error),
            })
          })
          .finally(() => {
            underWay.delete(task)
            give(null)
          })
        underWay.add(task)
      })
    },

    async stop() {
      leaving.abort()
      const cut = clock.alarm(finishWithinMs, () => cutting.abort())
      await Promise.all(underWay)
      cut()
    },
  }
}
