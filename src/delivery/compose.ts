/**
 * The body of a delivery: an event as plain JSON, its secrets masked. It says nothing that changes
 * from attempt to attempt or from endpoint to endpoint. Pure.
 */
import { type EventView, payloadOf } from '../events/event-view'
import type { EventRecord } from '../store/event-record'

/** What a business app is sent of an event. */
export interface DeliveredEvent
  extends Pick<
    EventView,
    'id' | 'type' | 'suiteId' | 'corpid' | 'source' | 'receivedAt' | 'payload'
  > {
  /** `receivedAt` in ISO 8601. */
  readonly timestamp: string
}

/** As it is sent, of an event as the API shows it. */
export const deliveredEvent = (view: Omit<DeliveredEvent, 'timestamp'>): DeliveredEvent => {
  const { id, type, suiteId, corpid, source, receivedAt, payload } = view
  const timestamp = new Date(receivedAt).toISOString()
  return { id, type, timestamp, suiteId, corpid, source, receivedAt, payload }
}

/** The text that every attempt to every endpoint sends. */
export const composeBody = (
  event: Pick<EventRecord, 'id' | 'type' | 'suiteId' | 'corpid' | 'source' | 'receivedAt' | 'body'>,
): string => JSON.stringify(deliveredEvent({ ...event, payload: payloadOf(event) }))
