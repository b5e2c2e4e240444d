/** The queries of the event log: one event, lists, counts, what is due. */
import type { Database } from 'bun:sqlite'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../driver/paging'
import type { EventCounts, EventQuery, EventRecord } from '../event-log'
import type { Page } from '../store'
import { type DeliveryRow, type EventRow, eventOf } from './event-rows'

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
