/**
 * Dispatching: what is sent of an event is kept, with a delivery for each endpoint that wants it.
 */
import type { EventRecord, Outgoing } from '../../event-record'
import { bytesOf } from '../connection/bytes'
import { blobs, type Query, texts } from '../connection/database'
import { eventOf, type WholeEventRow, wholeEventColumns } from '../rows/event-rows'
import { insertDeliveries } from './insert'

const nextDispatchSql = `
  SELECT dispatch_at::float8 AS at FROM events
  WHERE dispatch_at IS NOT NULL AND status <> 'pending'
  ORDER BY dispatch_at LIMIT 1`

/** When the next event comes due that can be dispatched; null if there is none. */
export const nextDispatchAt = async (query: Query): Promise<number | null> => {
  const [next] = await query<{ at: number }>(nextDispatchSql)
  return next?.at ?? null
}

const undispatchedSql = `
  SELECT ${wholeEventColumns('e')} FROM events e
  WHERE e.dispatch_at IS NOT NULL AND e.status <> 'pending' AND e.dispatch_at <= $1
  ORDER BY e.dispatch_at, e.seq LIMIT $2`

/** Events that can be dispatched now, the earliest first; their texts as they stand there. */
export const listUndispatched = async (
  query: Query,
  now: number,
  limit: number,
): Promise<EventRecord[]> =>
  (await query<WholeEventRow>(undispatchedSql, [now, limit])).map(eventOf)

const markSql = `
  WITH given AS (SELECT * FROM unnest($1::text[], $2::bytea[]) AS given (id, body)),
  ready AS (
    SELECT e.seq, given.body FROM events e JOIN given ON e.id = given.id
    WHERE e.dispatch_at IS NOT NULL AND e.status <> 'pending'
    ORDER BY e.seq
    FOR UPDATE OF e)
  UPDATE events e SET dispatch_at = NULL, outgoing = ready.body
  FROM ready WHERE e.seq = ready.seq
  RETURNING e.seq::float8 AS seq, e.id, e.corpid`

/**
 * Part of a transaction. Of several replicas that dispatch one event the first does.
 *
 * @param outgoing with their bodies as they are to stand there
 */
export const dispatch = async (
  query: Query,
  outgoing: readonly Outgoing[],
  now: number,
): Promise<void> => {
  if (outgoing.length === 0) return
  const marked = await query<{ seq: number; id: string; corpid: string | null }>(markSql, [
    texts(outgoing.map(({ id }) => id)),
    blobs(outgoing.map(({ body }) => bytesOf(body))),
  ])
  const events = new Map(marked.map((event) => [event.id, event]))
  await insertDeliveries(
    query,
    outgoing.flatMap(({ id, endpoints }) => {
      const event = events.get(id)
      if (!event) return []
      return endpoints.map(({ name, ordered, dueAt }) => ({
        eventSeq: event.seq,
        corpid: event.corpid,
        endpoint: name,
        status: 'pending' as const,
        attempts: 0,
        step: 0,
        ordered,
        nextAttemptAt: dueAt,
        lastError: null,
        dispatchedAt: now,
      }))
    }),
  )
}
