/** The queries of the event log: one event, lists, counts, what is due. */
import type { Database } from 'bun:sqlite'
import { dayMs } from '../../clock'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../driver/paging'
import type { EventCounts, EventQuery, EventsAfter } from '../event-log'
import type { EventRecord } from '../event-record'
import type { Page } from '../store'
import { type DeliveryRow, type EventRow, eventOf } from './database/event-rows'

/** An event's record out of its row. */
export const withDeliveries = (db: Database, row: EventRow): EventRecord =>
  eventOf(
    row,
    db
      .query<DeliveryRow, [number]>(
        'SELECT * FROM deliveries WHERE event_seq = ? ORDER BY endpoint',
      )
      .all(row.seq),
  )

/** The event of this id, or null. */
export const findEvent = (db: Database, id: string): EventRecord | null => {
  const row = db.query<EventRow, [string]>('SELECT * FROM events WHERE id = ?').get(id)
  return row && withDeliveries(db, row)
}

interface Condition {
  /** The index that goes by it. */
  readonly index: string | null
  readonly sql: string
  readonly values: readonly string[]
}

const is = (column: string, value: string | undefined): Condition[] =>
  value === undefined
    ? []
    : [{ index: `events_by_${column}`, sql: `${column} = ?`, values: [value] }]

const isAmong = (column: string, values: readonly string[] | undefined): Condition[] =>
  values === undefined
    ? []
    : [
        {
          index: `events_by_${column}`,
          sql: `${column} IN (${values.map(() => '?').join(', ')})`,
          values,
        },
      ]

const isOfSuite = ({ suiteId, orNoSuite }: EventQuery): Condition[] =>
  orNoSuite && suiteId !== undefined
    ? // Both together are most events as a rule: the + keeps SQLite from gathering them by index.
      [{ index: null, sql: '(+suite_id = ? OR +suite_id IS NULL)', values: [suiteId] }]
    : is('suite_id', suiteId)

/** What a query asks for, the most telling first: that picks the index. */
const askedFor = (query: EventQuery): Condition[] => {
  const { corpid, corpids, status, type, types } = query
  return [
    ...is('corpid', corpid),
    ...isAmong('corpid', corpids),
    ...is('status', status === 'done' ? undefined : status),
    ...is('type', type),
    ...isAmong('type', types),
    ...isOfSuite(query),
    ...is('status', status === 'done' ? status : undefined),
  ]
}

/**
 * A page of the events that a query means, the latest first, found by the index that tells most.
 */
export const listEvents = (db: Database, query: EventQuery): Page<EventRecord> => {
  const before = seqBefore(query.cursor)
  const asked = askedFor(query)
  const index = asked[0]?.index
  const from = index ? `events INDEXED BY ${index}` : 'events'
  const where = ['seq < ?', ...asked.map(({ sql }) => sql)].join(' AND ')
  const rows = db
    .query<EventRow, (string | number)[]>(
      `SELECT * FROM ${from} WHERE ${where} ORDER BY seq DESC LIMIT ?`,
    )
    .all(before, ...asked.flatMap(({ values }) => values), query.limit + 1)
  return mapPage(pageOf(rows, query.limit, cursorAfterSeq), (row) => withDeliveries(db, row))
}

/**
 * Events stand in the order of arrival, which is that of their times unless the clock was set back.
 * By so much it may have been: a search by time looks that much further, and no further.
 */
const setBackMs = dayMs

/** The place behind which a list that reads on begins; null if its event is not there any more. */
const placeAfter = (db: Database, { after, since }: EventsAfter): number | null => {
  if (after !== null) {
    const event = db.query<{ seq: number }, [string]>('SELECT seq FROM events WHERE id = ?')
    return event.get(after)?.seq ?? null
  }
  if (since === undefined) return 0
  const before = db.query<{ seq: number }, [number]>(
    `SELECT seq FROM events INDEXED BY events_by_age
     WHERE received_at < ? ORDER BY received_at DESC LIMIT 1`,
  )
  return before.get(since - setBackMs)?.seq ?? 0
}

/** The place up to which a list that reads on can find anything. */
const placeUntil = (db: Database, until: number): number => {
  const behind = db.query<{ seq: number }, [number]>(
    `SELECT seq FROM events INDEXED BY events_by_age
     WHERE received_at > ? ORDER BY received_at LIMIT 1`,
  )
  return behind.get(until + setBackMs)?.seq ?? Number.MAX_SAFE_INTEGER
}

/**
 * The events that a query means behind one, oldest first; null if that one is not there any more.
 */
export const listEventsAfter = (db: Database, query: EventsAfter): EventRecord[] | null => {
  const place = placeAfter(db, query)
  if (place === null) return null
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = query
  const asked = askedFor(query)
  const index = asked[0]?.index
  const from = index ? `events INDEXED BY ${index}` : 'events'
  const where = [
    'seq > ?',
    'seq <= ?',
    '+received_at >= ?',
    '+received_at <= ?',
    ...asked.map(({ sql }) => sql),
  ].join(' AND ')
  return db
    .query<EventRow, (string | number)[]>(
      `SELECT * FROM ${from} WHERE ${where} ORDER BY seq LIMIT ?`,
    )
    .all(
      place,
      placeUntil(db, until),
      since,
      until,
      ...asked.flatMap(({ values }) => values),
      query.limit,
    )
    .map((row) => withDeliveries(db, row))
}

/** The ids of the oldest and the latest event; null if there is none. */
export const eventBounds = (db: Database): { oldest: string; latest: string } | null => {
  const at = (order: string) =>
    db.query<{ id: string }, []>(`SELECT id FROM events ORDER BY seq ${order} LIMIT 1`).get()?.id
  const oldest = at('ASC')
  const latest = at('DESC')
  return oldest === undefined || latest === undefined ? null : { oldest, latest }
}

/** Events that can be dispatched now, the earliest first. */
export const listUndispatched = (db: Database, now: number, limit: number): EventRecord[] =>
  db
    .query<EventRow, [number, number]>(
      `SELECT * FROM events INDEXED BY events_undispatched
       WHERE dispatch_at IS NOT NULL AND status <> 'pending' AND dispatch_at <= ?
       ORDER BY dispatch_at, seq LIMIT ?`,
    )
    .all(now, limit)
    .map((row) => withDeliveries(db, row))

/** How many events of each status there are, and since when the oldest pending one waits. */
export const countEvents = (db: Database): EventCounts => {
  const counts = { pending: 0, done: 0, dead: 0 }
  const rows = db
    .query<{ status: keyof typeof counts; count: number }, []>(
      'SELECT status, count(*) AS count FROM events GROUP BY status',
    )
    .all()
  for (const { status, count } of rows) counts[status] = count
  const oldest = db
    .query<{ at: number | null }, []>(
      "SELECT min(received_at) AS at FROM events WHERE status = 'pending'",
    )
    .get()
  return { ...counts, oldestPendingAt: oldest?.at ?? null }
}

/**
 * When the next pending event can be claimed, in epoch milliseconds; null if none is pending but
 * those of the suites in `exceptSuites`.
 */
export const nextDueAt = (db: Database, exceptSuites: readonly string[]): number | null =>
  db
    .query<{ at: number | null }, [string]>(
      `SELECT min(max(next_attempt_at, lease_until)) AS at
       FROM events INDEXED BY events_pending WHERE status = 'pending'
         AND ifnull(suite_id, '') NOT IN (SELECT value FROM json_each(?))`,
    )
    .get(JSON.stringify(exceptSuites))?.at ?? null
