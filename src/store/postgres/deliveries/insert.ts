/** New deliveries, each at the end of its line. */
import type { Delivery, EventStatus } from '../../event-record'
import { booleans, integers, type Query, texts } from '../connection/database'
import { keyOfPlace, lockHeads, type Place } from './line'

export interface NewDelivery extends Delivery {
  readonly eventSeq: number
  readonly corpid: string | null
  /** How often it was claimed before. */
  readonly claim?: number
  readonly replay?: { readonly id: string; readonly before: EventStatus | null }
}

const insertSql = `
  INSERT INTO deliveries (event_seq, endpoint, corpid, ordered, waits, status, attempts, step,
                          next_attempt_at, last_error, claim, dispatched_at, replay, before_replay)
  SELECT event_seq, endpoint, corpid, ordered, waits, status, attempts, step,
         next_attempt_at, last_error, claim, dispatched_at, replay, before_replay
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::text[],
              $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[], $12::bigint[],
              $13::text[], $14::text[])
    WITH ORDINALITY AS given (event_seq, endpoint, corpid, ordered, waits, status, attempts, step,
                              next_attempt_at, last_error, claim, dispatched_at, replay,
                              before_replay, place)
  ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING endpoint, corpid`

/**
 * Adds rows in this order, and gives the lines that got them.
 *
 * @param waits whether each stands behind the head of its line; one answer for all, or for each
 */
export const insertRows = async (
  query: Query,
  rows: readonly NewDelivery[],
  waits: boolean | readonly boolean[],
): Promise<readonly Place[]> =>
  rows.length === 0
    ? []
    : query<Place>(insertSql, [
        integers(rows.map(({ eventSeq }) => eventSeq)),
        texts(rows.map(({ endpoint }) => endpoint)),
        texts(rows.map(({ corpid }) => corpid ?? '')),
        booleans(rows.map(({ ordered }) => ordered)),
        booleans(typeof waits === 'boolean' ? rows.map(() => waits) : waits),
        texts(rows.map(({ status }) => status)),
        integers(rows.map(({ attempts }) => attempts)),
        integers(rows.map(({ step }) => step)),
        integers(rows.map(({ nextAttemptAt }) => nextAttemptAt)),
        texts(rows.map(({ lastError }) => lastError)),
        integers(rows.map(({ claim = 0 }) => claim)),
        integers(rows.map(({ dispatchedAt }) => dispatchedAt)),
        texts(rows.map(({ replay }) => replay?.id ?? null)),
        texts(rows.map(({ replay }) => replay?.before ?? null)),
      ])

interface Line extends Place {
  readonly rows: readonly NewDelivery[]
}

const linesOf = (rows: readonly NewDelivery[]): Line[] => {
  const lines = new Map<string, NewDelivery[]>()
  for (const row of rows) {
    const key = keyOfPlace({ endpoint: row.endpoint, corpid: row.corpid ?? '' })
    const line = lines.get(key)
    if (line) line.push(row)
    else lines.set(key, [row])
  }
  return [...lines.values()].flatMap((line) => {
    const [first] = line
    return first ? { endpoint: first.endpoint, corpid: first.corpid ?? '', rows: line } : []
  })
}

const thereSql = `
  SELECT d.event_seq::float8 AS "eventSeq", d.endpoint
  FROM deliveries d
  JOIN unnest($1::bigint[], $2::text[]) AS given (event_seq, endpoint)
    ON d.event_seq = given.event_seq AND d.endpoint = given.endpoint`

/** Without those whose endpoint has one of the event already. */
const missingOf = async (
  query: Query,
  rows: readonly NewDelivery[],
): Promise<readonly NewDelivery[]> => {
  const there = await query<{ eventSeq: number; endpoint: string }>(thereSql, [
    integers(rows.map(({ eventSeq }) => eventSeq)),
    texts(rows.map(({ endpoint }) => endpoint)),
  ])
  const known = new Set(there.map(({ eventSeq, endpoint }) => `${eventSeq} ${endpoint}`))
  return rows.filter(({ eventSeq, endpoint }) => !known.has(`${eventSeq} ${endpoint}`))
}

/** Each is the head of its line, or stands behind it. */
const joinLines = async (query: Query, rows: readonly NewDelivery[]): Promise<void> => {
  let lines = linesOf(rows)
  while (lines.length > 0) {
    const busy = await lockHeads(query, lines)
    const behind = lines.filter((line) => busy.has(keyOfPlace(line)))
    await insertRows(
      query,
      behind.flatMap((line) => line.rows),
      true,
    )
    const free = lines.filter((line) => !busy.has(keyOfPlace(line)))
    const heads = await insertRows(
      query,
      free.flatMap((line) => line.rows.slice(0, 1)),
      false,
    )
    const headed = new Set(heads.map(keyOfPlace))
    await insertRows(
      query,
      free.filter((line) => headed.has(keyOfPlace(line))).flatMap((line) => line.rows.slice(1)),
      true,
    )
    // Another transaction put a head there meanwhile, or the endpoint has this one already.
    const left = free.filter((line) => !headed.has(keyOfPlace(line))).flatMap((line) => line.rows)
    if (left.length === 0) return
    lines = linesOf(await missingOf(query, left))
  }
}

/**
 * Adds deliveries of events whose rows the transaction has locked, in this order, unless their
 * endpoint has one of the event already.
 */
export const insertDeliveries = async (
  query: Query,
  deliveries: readonly NewDelivery[],
): Promise<void> => {
  const stands = ({ ordered, status }: NewDelivery) => ordered && status === 'pending'
  await insertRows(
    query,
    deliveries.filter((delivery) => !stands(delivery)),
    false,
  )
  await joinLines(query, deliveries.filter(stands))
}
