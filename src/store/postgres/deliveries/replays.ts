/** The rows of replays. */
import type { Replay, Replays } from '../../replays'
import { bytesOf } from '../connection/bytes'
import { blobs, integers, type Query, texts } from '../connection/database'
import { momentOnce } from '../connection/moment'
import { type DeliveryRow, deliveryColumns } from '../rows/delivery-rows'
import { isFree } from './claims'
import { insertDeliveries, type NewDelivery } from './insert'
import { moveUp, type Place } from './line'
import { anew, removeRows } from './of-events'

export interface ReplayRow extends Omit<Replay, 'query'> {
  readonly query: string
}

/** What a statement reads of `replays r` for a row. */
export const replayColumns = `r.id, r.endpoint, r.query, r.status, r.searched_to AS "searchedTo", r.searched,
  r.total, coalesce(r.sent, r.total - (
    SELECT count(*)::int FROM deliveries d WHERE d.replay = r.id AND d.status = 'pending')) AS sent,
  r.started_at::float8 AS "startedAt", r.ended_at::float8 AS "endedAt"`

/** The job of a row. */
export const replayOf = ({ query, ...row }: ReplayRow): Replay => ({
  ...row,
  query: JSON.parse(query),
})

const startSql = `
  INSERT INTO replays (id, endpoint, query, status, started_at)
  VALUES ($1, $2, $3, 'running', $4)`

/** A new job, with nothing searched. */
export const startReplay = async (
  query: Query,
  replay: Parameters<Replays['startReplay']>[0],
): Promise<void> => {
  const { id, endpoint, startedAt } = replay
  await query(startSql, [id, endpoint, JSON.stringify(replay.query), startedAt])
}

const findSql = `SELECT ${replayColumns} FROM replays r WHERE r.id = $1`

/** The job of this id, with what of it is sent; null if there is none. */
export const getReplay = async (query: Query, id: string): Promise<Replay | null> => {
  const [row] = await query<ReplayRow>(findSql, [id])
  return row ? replayOf(row) : null
}

const runningSql = `
  SELECT ${replayColumns} FROM replays r WHERE r.status = 'running' ORDER BY r.started_at, r.id`

/** The jobs that have not ended, the oldest first. */
export const listRunning = async (query: Query): Promise<Replay[]> =>
  (await query<ReplayRow>(runningSql)).map(replayOf)

const lockSql = `
  SELECT r.endpoint, r.query FROM replays r
  WHERE r.id = $1 AND r.status = 'running' AND NOT r.searched
    AND r.searched_to IS NOT DISTINCT FROM $2
  FOR UPDATE`

const lockEventsSql = `
  SELECT seq::float8 AS seq, id, corpid, received_at::float8 AS "receivedAt"
  FROM events WHERE id = ANY($1::text[]) ORDER BY seq FOR UPDATE`

const composeSql = `
  UPDATE events e SET outgoing = given.body
  FROM unnest($1::text[], $2::bytea[]) AS given (id, body)
  WHERE e.id = given.id AND e.outgoing IS NULL`

const thereSql = `
  SELECT ${deliveryColumns} FROM deliveries d
  WHERE d.event_seq = ANY($1::bigint[]) AND d.endpoint = $2 ORDER BY d.seq FOR UPDATE`

const goOnSql = `
  UPDATE replays SET searched_to = $2, searched = $3, total = total + $4 WHERE id = $1`

interface FoundEvent {
  readonly seq: number
  readonly id: string
  readonly corpid: string | null
  readonly receivedAt: number
}

/** Part of a transaction. @param step with bodies as they are to stand there */
export const continueReplay = async (
  query: Query,
  step: Parameters<Replays['continueReplay']>[0],
): Promise<void> => {
  const { id, from, searchedTo, searched, found, now } = step
  const [job] = await query<{ endpoint: string; query: string }>(lockSql, [id, from])
  if (!job) return
  const { all }: Replay['query'] = JSON.parse(job.query)
  const ids = texts(found.map((one) => one.id))
  const events = new Map(
    (await query<FoundEvent>(lockEventsSql, [ids])).map((event) => [event.id, event]),
  )
  await query(composeSql, [ids, blobs(found.map(({ body }) => bytesOf(body)))])
  const seqs = integers([...events.values()].map(({ seq }) => seq))
  const there = new Map(
    (await query<DeliveryRow>(thereSql, [seqs, job.endpoint])).map((row) => [row.eventSeq, row]),
  )
  const added = found.flatMap(({ id: eventId, endpoints }): NewDelivery[] => {
    const event = events.get(eventId)
    const endpoint = endpoints.find(({ name }) => name === job.endpoint)
    if (!event || !endpoint) return []
    const row = there.get(event.seq)
    if (row?.status === 'pending' || (row?.status === 'done' && !all)) return []
    const { ordered, dueAt } = endpoint
    if (row) return [anew(row, now, { id, ordered })]
    return [
      {
        eventSeq: event.seq,
        corpid: event.corpid,
        endpoint: job.endpoint,
        status: 'pending',
        attempts: 0,
        step: 0,
        ordered,
        nextAttemptAt: Math.min(event.receivedAt, dueAt),
        lastError: null,
        dispatchedAt: event.receivedAt,
        replay: { id, before: null },
      },
    ]
  })
  await removeRows(
    query,
    added.flatMap(({ eventSeq }) => there.get(eventSeq) ?? []),
  )
  await insertDeliveries(query, added)
  await query(goOnSql, [id, searchedTo, searched, added.length])
}

/** What is sent is counted before what is unsent goes. */
const endSql = `
  UPDATE replays r SET status = $2, ended_at = $3, sent = r.total - (
    SELECT count(*)::int FROM deliveries d WHERE d.replay = r.id AND d.status = 'pending')
  WHERE r.id = $1 AND r.status = 'running'`

/** Ends a job that runs. */
export const endReplay = async (
  query: Query,
  id: string,
  status: 'done' | 'cancelled',
  at: number,
): Promise<Replay | null> => {
  await query(endSql, [id, status, at])
  return getReplay(query, id)
}

const isUntaken = `d.replay = $1 AND d.status = 'pending' AND ${isFree(momentOnce(2))}`

const removeNewSql = `
  DELETE FROM deliveries WHERE seq = ANY (ARRAY(
    SELECT d.seq FROM deliveries d WHERE ${isUntaken} AND d.before_replay IS NULL
    LIMIT $3 FOR UPDATE SKIP LOCKED))
  RETURNING endpoint, corpid, ordered`

const restoreSql = `
  UPDATE deliveries SET status = before_replay, next_attempt_at = NULL
  WHERE seq = ANY (ARRAY(
    SELECT d.seq FROM deliveries d WHERE ${isUntaken} AND d.before_replay IS NOT NULL
    LIMIT $3 FOR UPDATE SKIP LOCKED))
  RETURNING endpoint, corpid, ordered`

/**
 * Puts back up to `limit` of what a replay put on its way and nobody has taken yet; returns how
 * many. Part of a transaction.
 */
export const putBack = async (
  query: Query,
  id: string,
  now: number | null,
  limit: number,
): Promise<number> => {
  const values = [id, now, limit]
  const removed = await query<Place & { ordered: boolean }>(removeNewSql, values)
  const restored = await query<Place & { ordered: boolean }>(restoreSql, values)
  await moveUp(
    query,
    [...removed, ...restored].filter(({ ordered }) => ordered),
  )
  return Math.max(removed.length, restored.length)
}
