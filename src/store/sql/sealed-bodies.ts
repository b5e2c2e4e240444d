/** The bodies of events as they stand in the database: sealed, if there is a key. */
import type { Database } from 'bun:sqlite'
import type { Logger } from '../../log'
import type { ClaimedDelivery, EventRecord, NewEvent } from '../event-log'
import { openFailureWords, type Place, type Sealing } from '../sealing'
import { settleDelivery, settleEvent } from './event-work'

/** An event's id is what its body is bound to: the company may be found out only later. */
export const bodyPlace = (id: string): Place => ['event', id, 'body']

/** An empty body stays empty, so that what was emptied is seen to be. */
export const sealBody = (sealing: Sealing, id: string, body: string): string =>
  body === '' ? '' : sealing.seal(body, bodyPlace(id))

export interface SealedBodies {
  /** The event as it is to be written. */
  sealed<E extends Pick<NewEvent, 'id' | 'body'>>(event: E): E
  /** The event as it was. If its body does not open, it is as if emptied, and the log says so. */
  opened(event: EventRecord): EventRecord
  /**
   * Of claimed work what can be done. What has a body that does not open is dead, with the reason,
   * and holds up nothing else; a retry tries to open it again.
   */
  workable(db: Database, events: readonly EventRecord[]): EventRecord[]
  deliverable(db: Database, deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[]
}

export const createSealedBodies = (sealing: Sealing, log: Logger): SealedBodies => {
  /** Events whose damage is in the log. */
  const reported = new Set<string>()

  /** The event with its body in clear, or what is wrong with that. */
  const open = (event: EventRecord): EventRecord | string => {
    const body = sealing.open(event.body, bodyPlace(event.id))
    if (body.ok) {
      reported.delete(event.id)
      return { ...event, body: body.value }
    }
    const problem = `Its body ${openFailureWords(body.reason)}.`
    if (!reported.has(event.id)) {
      reported.add(event.id)
      log.error('the body of an event does not open', { id: event.id, problem })
    }
    return problem
  }

  return {
    sealed: (event) => ({ ...event, body: sealBody(sealing, event.id, event.body) }),

    opened: (event) => {
      const opened = open(event)
      return typeof opened === 'string' ? { ...event, body: '' } : opened
    },

    workable: (db, events) =>
      events.flatMap((event) => {
        const opened = open(event)
        if (typeof opened !== 'string') return opened
        settleEvent(db, event.id, { status: 'dead', lastError: opened })
        return []
      }),

    deliverable: (db, deliveries) =>
      deliveries.flatMap(({ endpoint, attempts, event }) => {
        const opened = open(event)
        if (typeof opened !== 'string') return { endpoint, attempts, event: opened }
        settleDelivery(db, event.id, endpoint, { status: 'dead', lastError: opened })
        return []
      }),
  }
}
