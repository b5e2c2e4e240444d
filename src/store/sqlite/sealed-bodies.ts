/** The secrets of events as they stand in the database: sealed, if there is a key. */
import type { Database } from 'bun:sqlite'
import { fail, type Result, succeed } from '../../errors'
import type { Logger } from '../../log'
import type { ClaimedDelivery } from '../deliveries'
import { openFailureText, type Place, type Sealing } from '../driver/sealing'
import type { ClaimedEvent, EventRecord } from '../event-record'
import { settleDelivery } from './delivery/settle'
import { settleEvent } from './event-work'

/** An event's id is what its secrets are bound to: the company may be found out only later. */
export const bodyPlace = (id: string): Place => ['event', id, 'body']
export const outgoingPlace = (id: string): Place => ['event', id, 'outgoing']
export const answerPlace = (id: string): Place => ['event', id, 'answer']
export const pendingSecretPlace = (id: string): Place => ['event', id, 'kept']

export interface SealedBodies {
  /** A body, or a pending secret, as it is to be written. */
  body(id: string, text: string): string
  pendingSecret(id: string, text: string | null): string | null
  outgoing(id: string, text: string | null): string | null
  /** What an endpoint answered; and that in clear. */
  answer(id: string, text: string): string
  openedAnswer(id: string, text: string): string
  /** The event as it was. What does not open is as if it were not there, and the log says so. */
  opened(event: EventRecord): EventRecord
  /**
   * Of claimed work what can be done. What does not open is dead, with the reason, and holds up
   * nothing else; a retry tries to open it again.
   */
  workable(db: Database, events: readonly ClaimedEvent[]): ClaimedEvent[]
  deliverable(db: Database, deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[]
}

export const createSealedBodies = (sealing: Sealing, log: Logger): SealedBodies => {
  /** Events whose damage is in the log. */
  const reported = new Set<string>()

  const openText = (text: string, place: Place): Result<string, string> => {
    const opened = sealing.open(text, place)
    return opened.ok ? opened : fail(openFailureText(opened.reason))
  }

  /** The event in clear but for what does not open, and what is wrong with that. */
  const open = <T extends Omit<EventRecord, 'deliveries'>>(
    event: T,
  ): { event: T; problem: string | null } => {
    const { id } = event
    const body = openText(event.body, bodyPlace(id))
    const { pendingSecret, outgoing } = event
    const secret =
      pendingSecret === null ? succeed(null) : openText(pendingSecret, pendingSecretPlace(id))
    const sent = outgoing === null ? succeed(null) : openText(outgoing, outgoingPlace(id))
    const wrong = [
      ...(body.ok ? [] : [`Its body ${body.reason}.`]),
      ...(secret.ok ? [] : [`What is kept beside it ${secret.reason}.`]),
      ...(sent.ok ? [] : [`What is sent of it ${sent.reason}.`]),
    ]
    const problem = wrong.length > 0 ? wrong.join(' ') : null
    if (problem === null) reported.delete(id)
    else if (!reported.has(id)) {
      reported.add(id)
      log.error('an event does not open', { id, problem })
    }
    const clear = {
      body: body.ok ? body.value : '',
      pendingSecret: secret.ok ? secret.value : null,
      outgoing: sent.ok ? sent.value : null,
    }
    return { event: { ...event, ...clear }, problem }
  }

  return {
    // An empty one stays empty, so that what was emptied is seen to be.
    body: (id, text) => (text === '' ? '' : sealing.seal(text, bodyPlace(id))),
    pendingSecret: (id, text) =>
      text === null ? null : sealing.seal(text, pendingSecretPlace(id)),

    opened: (event) => open(event).event,

    workable: (db, events) =>
      events.flatMap((claimed) => {
        const { event, problem } = open(claimed)
        if (problem === null) return event
        settleEvent(db, event.id, event.claim, { status: 'dead', lastError: problem })
        return []
      }),

    deliverable: (db, deliveries) =>
      deliveries.flatMap((delivery) => {
        const { event, problem } = open(delivery.event)
        if (problem === null) return { ...delivery, event }
        const { endpoint, claim } = delivery
        const outcome = { status: 'dead', lastError: problem } as const
        const untried = { attempt: null, endpointTook: null }
        settleDelivery(db, { id: event.id, endpoint, claim, outcome, ...untried })
        return []
      }),

    outgoing: (id, text) => (text === null ? null : sealing.seal(text, outgoingPlace(id))),
    answer: (id, text) => (text === '' ? '' : sealing.seal(text, answerPlace(id))),
    openedAnswer: (id, text) => {
      const opened = openText(text, answerPlace(id))
      return opened.ok ? opened.value : ''
    },
  }
}
