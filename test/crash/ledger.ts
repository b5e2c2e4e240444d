/**
 * What suited answered for. It stands where WeCom's pushes leave: every body that was sent, and
 * whether an answer made WeCom believe that it is safe.
 */

import { eventIdentity } from '../../src/events/event-identity'
import type { Send } from '../../src/simulator/push/delivery'
import type { Suite } from '../../src/simulator/world/world'
import { decrypt, parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { ciphertextOf } from '../../src/wecom/callback/envelope'

export interface SentMessage {
  readonly identity: string
  readonly body: string
  readonly type: string
  /** How often it was sent. */
  attempts: number
  acknowledged: boolean
}

export interface Ledger {
  readonly send: Send
  /** Every message but tickets, by its identity. */
  readonly messages: ReadonlyMap<string, SentMessage>
  /** The newest TimeStamp of a ticket that was answered `success`, in seconds; 0 before. */
  newestTicket(): number
  /** How many tickets were answered `success`, late ones too. */
  ticketsTaken(): number
}

/** The text of an element, in CDATA or not; empty if there is none. */
export const elementIn = (xml: string, name: string): string =>
  new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(xml)?.[1] ?? ''

/** @param suiteOf the suite that seals, once the world is there */
export const createLedger = (suiteOf: () => Suite): Ledger => {
  const messages = new Map<string, SentMessage>()
  let newest = 0
  let taken = 0

  const bodyOf = (request: string): string => {
    const opened = decrypt(
      parseEncodingAesKey(suiteOf().encodingAesKey)!,
      ciphertextOf(request) ?? '',
    )
    if (!opened.ok) throw new Error(`A push can't be opened: ${opened.reason}`)
    return opened.value.message
  }

  const noteSent = (body: string): SentMessage => {
    const { suiteId } = suiteOf()
    const identity = eventIdentity(suiteId, body)
    const type =
      elementIn(body, 'InfoType') || elementIn(body, 'Event') || elementIn(body, 'MsgType')
    const known = messages.get(identity)
    const message = known ?? { identity, body, type, attempts: 0, acknowledged: false }
    message.attempts += 1
    if (type !== 'suite_ticket') messages.set(identity, message)
    return message
  }

  return {
    messages,
    newestTicket: () => newest,
    ticketsTaken: () => taken,
    async send(url, init) {
      const message = noteSent(bodyOf(String(init.body)))
      const response = await fetch(url, init)
      const answer = await response.clone().text()
      if (response.status === 200 && (answer === 'success' || answer === '')) {
        message.acknowledged = true
        if (message.type === 'suite_ticket') {
          taken += 1
          newest = Math.max(newest, Number(elementIn(message.body, 'TimeStamp')))
        }
      }
      return response
    },
  }
}
