/** What a statement binds to add events. No I/O. */
import type { EventRecord } from '../../event-record'
import { bytesOf, bytesOrNull } from '../connection/bytes'
import { blobs, integers, texts, type Value } from '../connection/database'

/**
 * Fourteen arrays: id, suite_id, corpid, source, type, received_at, body, kept, outgoing, status,
 * attempts, next_attempt_at, last_error, dispatch_at.
 *
 * @param events with their secrets as they are to stand in the rows
 */
export const eventValues = (events: readonly Omit<EventRecord, 'deliveries'>[]): Value[] => [
  texts(events.map(({ id }) => id)),
  texts(events.map(({ suiteId }) => suiteId)),
  texts(events.map(({ corpid }) => corpid)),
  texts(events.map(({ source }) => source)),
  texts(events.map(({ type }) => type)),
  integers(events.map(({ receivedAt }) => receivedAt)),
  blobs(events.map(({ body }) => bytesOf(body))),
  blobs(events.map(({ pendingSecret }) => bytesOrNull(pendingSecret))),
  blobs(events.map(({ outgoing }) => bytesOrNull(outgoing))),
  texts(events.map(({ status }) => status)),
  integers(events.map(({ attempts }) => attempts)),
  integers(events.map(({ nextAttemptAt }) => nextAttemptAt)),
  texts(events.map(({ lastError }) => lastError)),
  integers(events.map(({ dispatchAt }) => dispatchAt)),
]
