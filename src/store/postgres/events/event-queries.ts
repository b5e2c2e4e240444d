/** The queries of the event log: one event, pages, what is behind one, counts. */
import { dayMs } from '../../../clock'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../../driver/paging'
import type { EventCounts, EventQuery, EventsAfter } from '../../event-log'
import type { EventRecord } from '../../event-record'
import type { Page } from '../../store'
import type { Query } from '../connection/database'
import { eventOf, type WholeEventRow, wholeEventColumns } from '../rows/event-rows'
import { listStatement } from './event-lists'

const findSql = `SELECT ${wholeEventColumns('e')} FROM events e WHERE e.id = $1`

/** The event of this id, or null. */
export const findEvent = async (query: Query, id: string): Promise<EventRecord | null> => {
  const [row] = await query<WholeEventRow>(findSql, [id])
  return row ? eventOf(row) : null
}

const latest = Number.MAX_SAFE_INTEGER

/** A page of the events that a query means, the latest first. */
export const listEvents = async (query: Query, asked: EventQuery): Promise<Page<EventRecord>> => {
  const { text, values } = listStatement(asked, {
    after: 0,
    before: seqBefore(asked.cursor),
    since: 0,
    until: latest,
    limit: asked.limit + 1,
    order: 'DESC',
  })
  const rows = await query<WholeEventRow>(text, values)
  return mapPage(pageOf(rows, asked.limit, cursorAfterSeq), eventOf)
}

/**
 * Events stand in the order of arrival, which is that of their times unless a clock was set back.
 * By so much it may have been: a search by time looks that much further, and no further.
 */
const setBackMs = dayMs

const placeSql = `
SELECT coalesce(CASE WHEN $1::text IS NULL THEN coalesce((
    SELECT seq FROM events WHERE received_at < $2::bigint ORDER BY received_at DESC LIMIT 1), 0)
  ELSE (SELECT seq FROM events WHERE id = $1) END, -1)::float8 AS after,
  coalesce((SELECT seq FROM events WHERE received_at > $3::bigint ORDER BY received_at LIMIT 1),
    ${latest})::float8 AS before`

/**
 * The events that a query means behind one, oldest first; null if that one is not there any more.
 * None comes in before one that was given out: see `arrivals`.
 */
export const listEventsAfter = async (
  query: Query,
  asked: EventsAfter,
): Promise<EventRecord[] | null> => {
  const { after, since = 0, until = latest } = asked
  const [place] = await query<{ after: number; before: number }>(placeSql, [
    after,
    since - setBackMs,
    Math.min(until + setBackMs, latest),
  ])
  if (!place || place.after < 0) return null
  const { text, values } = listStatement(asked, {
    after: place.after,
    before: place.before,
    since,
    until,
    limit: asked.limit,
    order: 'ASC',
  })
  return (await query<WholeEventRow>(text, values)).map(eventOf)
}

const boundsSql = `
SELECT (SELECT id FROM events ORDER BY seq LIMIT 1) AS oldest,
  (SELECT id FROM events ORDER BY seq DESC LIMIT 1) AS latest`

/** The ids of the oldest and the latest event; null if there is none. */
export const eventBounds = async (
  query: Query,
): Promise<{ oldest: string; latest: string } | null> => {
  const [row] = await query<{ oldest: string | null; latest: string | null }>(boundsSql)
  return row?.oldest && row.latest ? { oldest: row.oldest, latest: row.latest } : null
}

/**
 * What is done is what is neither pending nor dead. Of more than a million events their number is
 * what the database knows of its table without counting: it may lag behind by a tenth.
 */
const countSql = `
WITH known AS (
  SELECT reltuples::float8 AS n FROM pg_class WHERE oid = 'events'::regclass
), pending AS (
  SELECT count(*) AS n, min(received_at) AS oldest FROM events WHERE status = 'pending'
), dead AS (
  SELECT count(*) AS n FROM events WHERE status = 'dead'
)
SELECT pending.n::float8 AS pending, dead.n::float8 AS dead, pending.oldest::float8 AS oldest,
  greatest(CASE WHEN known.n > 1000000 THEN known.n ELSE (SELECT count(*) FROM events)::float8 END
    - pending.n - dead.n, 0)::float8 AS done
FROM known, pending, dead`

/** How many events of each status there are, and since when the oldest pending one waits. */
export const countEvents = async (query: Query): Promise<EventCounts> => {
  const [row] = await query<EventCounts & { oldest: number | null }>(countSql)
  if (!row) throw new Error('a count has one row')
  const { pending, done, dead, oldest } = row
  return { pending, done, dead, oldestPendingAt: oldest }
}
