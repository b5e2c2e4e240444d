/** The rows of all deliveries that are kept, with attempts and replays, for their move. */
import type { EndpointState } from '../../deliveries'
import type { KeptAttempt, KeptDelivery } from '../../driver/moving'
import { mapPage, seqAfter, stretchLength, stretchOf } from '../../driver/paging'
import type { EventStatus } from '../../event-record'
import type { Replay } from '../../replays'
import type { Page } from '../../store'
import { bytesOf, textIn } from '../connection/bytes'
import { blobs, integers, type Query, texts } from '../connection/database'
import { insertRows, type NewDelivery } from '../deliveries/insert'
import { keyOfPlace, type Place } from '../deliveries/line'
import { type ReplayRow, replayColumns, replayOf } from '../deliveries/replays'
import { type DeliveryRow, deliveryColumns, deliveryOf } from '../rows/delivery-rows'

interface KeptDeliveryRow extends DeliveryRow {
  readonly eventId: string
  readonly replay: string | null
  readonly beforeReplay: EventStatus | null
}

const listSql = `
  SELECT ${deliveryColumns}, e.id AS "eventId", d.replay, d.before_replay AS "beforeReplay"
  FROM deliveries d JOIN events e ON e.seq = d.event_seq
  WHERE d.seq > $1 ORDER BY d.seq LIMIT ${stretchLength + 1}`

export const listKeptDeliveries = async (
  query: Query,
  cursor: string | undefined,
): Promise<Page<KeptDelivery>> => {
  const rows = await query<KeptDeliveryRow>(listSql, [seqAfter(cursor)])
  return mapPage(stretchOf(rows), (row) => ({
    eventId: row.eventId,
    ...deliveryOf(row),
    replay: row.replay === null ? null : { id: row.replay, before: row.beforeReplay },
  }))
}

const eventsSql = `
  SELECT seq::float8 AS seq, id, corpid FROM events WHERE id = ANY($1::text[])`

const headsSql = `
  SELECT d.endpoint, d.corpid FROM deliveries d
  WHERE d.status = 'pending' AND d.ordered AND NOT d.waits
    AND (d.endpoint, d.corpid) IN (
      SELECT endpoint, corpid FROM unnest($1::text[], $2::text[]) AS given (endpoint, corpid))`

const placeOf = ({ endpoint, corpid }: NewDelivery): Place => ({ endpoint, corpid: corpid ?? '' })

/** Within a transaction, while nobody else has the log. Each keeps its place in its line. */
export const addKeptDeliveries = async (
  query: Query,
  deliveries: readonly KeptDelivery[],
): Promise<void> => {
  const ids = [...new Set(deliveries.map(({ eventId }) => eventId))]
  const events = await query<{ seq: number; id: string; corpid: string | null }>(eventsSql, [
    texts(ids),
  ])
  const byId = new Map(events.map((event) => [event.id, event]))
  const rows = deliveries.flatMap(({ eventId, replay, ...delivery }): NewDelivery[] => {
    const event = byId.get(eventId)
    if (!event) return []
    const { seq: eventSeq, corpid } = event
    return [{ ...delivery, eventSeq, corpid, ...(replay && { replay }) }]
  })
  const places = rows.map(placeOf)
  const heads = await query<Place>(headsSql, [
    texts(places.map(({ endpoint }) => endpoint)),
    texts(places.map(({ corpid }) => corpid)),
  ])
  const busy = new Set(heads.map(keyOfPlace))
  const waits = rows.map((row) => {
    if (!row.ordered || row.status !== 'pending') return false
    const key = keyOfPlace(placeOf(row))
    const isBehind = busy.has(key)
    busy.add(key)
    return isBehind
  })
  await insertRows(query, rows, waits)
}

interface KeptAttemptRow extends Omit<KeptAttempt, 'answer'> {
  readonly seq: number
  readonly answer: Uint8Array
}

const attemptsSql = `
  SELECT seq::float8 AS seq, event_id AS "eventId", suite_id AS "suiteId", corpid, endpoint,
         at::float8 AS at, address, status, error, duration_ms::float8 AS "durationMs", answer
  FROM attempts a WHERE a.seq > $1 ORDER BY a.seq LIMIT ${stretchLength + 1}`

/** With their answers as they stand in the rows. */
export const listKeptAttempts = async (
  query: Query,
  cursor: string | undefined,
): Promise<Page<KeptAttempt>> => {
  const rows = await query<KeptAttemptRow>(attemptsSql, [seqAfter(cursor)])
  return mapPage(stretchOf(rows), ({ seq: _, answer, ...attempt }) => ({
    ...attempt,
    answer: textIn(answer),
  }))
}

const addAttemptsSql = `
  INSERT INTO attempts (event_id, suite_id, corpid, endpoint, at, address, status, error,
                        duration_ms, answer)
  SELECT event_id, suite_id, corpid, endpoint, at, address, status, error, duration_ms, answer
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
              $7::bigint[], $8::text[], $9::bigint[], $10::bytea[])
    WITH ORDINALITY AS given (event_id, suite_id, corpid, endpoint, at, address, status, error,
                              duration_ms, answer, place)
  ORDER BY place`

/** @param attempts with their answers as they are to stand in the rows */
export const addKeptAttempts = async (
  query: Query,
  attempts: readonly KeptAttempt[],
): Promise<void> => {
  await query(addAttemptsSql, [
    texts(attempts.map(({ eventId }) => eventId)),
    texts(attempts.map(({ suiteId }) => suiteId)),
    texts(attempts.map(({ corpid }) => corpid)),
    texts(attempts.map(({ endpoint }) => endpoint)),
    integers(attempts.map(({ at }) => at)),
    texts(attempts.map(({ address }) => address)),
    integers(attempts.map(({ status }) => status)),
    texts(attempts.map(({ error }) => error)),
    integers(attempts.map(({ durationMs }) => durationMs)),
    blobs(attempts.map(({ answer }) => bytesOf(answer))),
  ])
}

const replaysSql = `SELECT ${replayColumns} FROM replays r ORDER BY r.started_at, r.id`

/** The oldest first. */
export const listKeptReplays = async (query: Query): Promise<Replay[]> =>
  (await query<ReplayRow>(replaysSql)).map(replayOf)

const addReplaySql = `
  INSERT INTO replays (id, endpoint, query, status, searched_to, searched, total, sent, started_at,
                       ended_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

export const addKeptReplays = async (query: Query, replays: readonly Replay[]): Promise<void> => {
  for (const one of replays) {
    await query(addReplaySql, [
      one.id,
      one.endpoint,
      JSON.stringify(one.query),
      one.status,
      one.searchedTo,
      one.searched,
      one.total,
      one.status === 'running' ? null : one.sent,
      one.startedAt,
      one.endedAt,
    ])
  }
}

const addStateSql = `
  INSERT INTO endpoint_states (endpoint, status, reason, failures, failing_since, last_failure_at,
                               last_error, last_success_at, recovered_at, dropped)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (endpoint) DO UPDATE
  SET status = excluded.status, reason = excluded.reason, failures = excluded.failures,
      failing_since = excluded.failing_since, last_failure_at = excluded.last_failure_at,
      last_error = excluded.last_error, last_success_at = excluded.last_success_at,
      recovered_at = excluded.recovered_at, dropped = excluded.dropped`

export const addEndpointStates = async (
  query: Query,
  states: readonly EndpointState[],
): Promise<void> => {
  for (const one of states) {
    await query(addStateSql, [
      one.endpoint,
      one.status,
      one.reason,
      one.failures,
      one.failingSince,
      one.lastFailureAt,
      one.lastError,
      one.lastSuccessAt,
      one.recoveredAt,
      one.dropped,
    ])
  }
}
