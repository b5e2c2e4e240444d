/**
 * Lists of events. The condition that tells most leads: each of its values is a range of an index
 * in the order of arrival, of which a page takes no more than it shows.
 */
import type { EventQuery } from '../../event-log'
import { texts, type Value } from '../connection/database'
import { wholeEventColumns } from '../rows/event-rows'

/** Where in the order of arrival a list looks, and in which direction. */
export interface Stretch {
  /** Behind this place and before that one, neither included. */
  readonly after: number
  readonly before: number
  /** Those received from here on, and up to here. */
  readonly since: number
  readonly until: number
  readonly limit: number
  readonly order: 'ASC' | 'DESC'
}

const isInStretch = 'e.seq > $1::bigint AND e.seq < $2::bigint'
/** Not for an index: the place tells enough. */
const isInTime = 'e.received_at + 0 >= $3::bigint AND e.received_at + 0 <= $4::bigint'
const ownParameters = 5

/** The parameters of the stretch and the limit, then those of the conditions. */
const stretchValues = ({ after, before, since, until, limit }: Stretch): Value[] => [
  after,
  before,
  since,
  until,
  limit,
]

type Column = 'corpid' | 'type' | 'suite_id'

/** A range of an index, or one for each value of an array. */
interface Range {
  /** The array, whose elements are `value`. */
  readonly of?: string
  /** What holds of each row `e` in the range and the stretch. */
  readonly where: string
  /** The column that comes before `seq` in the order, where the index is to be the column's. */
  readonly by?: Column
}

/** What a list goes by, or only leaves out by. */
interface Condition {
  readonly ranges: readonly Range[]
  readonly where: string
  readonly values: readonly Value[]
}

/**
 * Of types and suites there are few: as equals the database may judge that a walk over all events
 * meets enough of them soon, and then it doesn't. Compared as pairs they count for the order too,
 * which only their own index gives.
 */
const rangesOf = (column: Column, array: string): Range =>
  column === 'corpid'
    ? { of: array, where: `e.corpid = value AND ${isInStretch}` }
    : {
        of: array,
        where: `(e.${column}, e.seq) > (value, $1::bigint)
        AND (e.${column}, e.seq) < (value, $2::bigint)`,
        by: column,
      }

const isAmong = (column: Column, values: readonly string[] | undefined, at: number): Condition[] =>
  values === undefined
    ? []
    : [
        {
          ranges: [rangesOf(column, `$${at}::text[]`)],
          where: `e.${column} = ANY ($${at}::text[])`,
          values: [texts([...new Set(values)])],
        },
      ]

const isOfSuite = ({ suiteId, orNoSuite }: EventQuery, at: number): Condition[] =>
  suiteId === undefined || !orNoSuite
    ? isAmong('suite_id', suiteId === undefined ? undefined : [suiteId], at)
    : [
        {
          ranges: [
            rangesOf('suite_id', `ARRAY[$${at}::text]`),
            { where: `e.suite_id IS NULL AND ${isInStretch}`, by: 'suite_id' },
          ],
          where: `(e.suite_id = $${at} OR e.suite_id IS NULL)`,
          values: [suiteId],
        },
      ]

const one = (value: string | undefined) => (value === undefined ? undefined : [value])

/** As a constant: the database knows then which index holds such events alone. */
const hasStatus = ({ status }: EventQuery): Condition[] => {
  if (status === undefined) return []
  const where = `e.status = '${status}'`
  return [{ ranges: [{ where: `${where} AND ${isInStretch}` }], where, values: [] }]
}

/** The most telling first. Each takes at most one parameter. */
const askedFor = (query: EventQuery): Condition[] => {
  const { corpid, corpids, status, type, types } = query
  const makers: readonly ((at: number) => Condition[])[] = [
    (at) => isAmong('corpid', one(corpid), at),
    (at) => isAmong('corpid', corpids, at),
    () => (status === 'done' ? [] : hasStatus(query)),
    (at) => isAmong('type', one(type), at),
    (at) => isAmong('type', types, at),
    (at) => isOfSuite(query, at),
    () => (status === 'done' ? hasStatus(query) : []),
  ]
  let at = ownParameters + 1
  return makers.flatMap((make) => {
    const made = make(at)
    at += made.flatMap(({ values }) => values).length
    return made
  })
}

/**
 * A range gives so many at most, as a number in the text: of a parameter the database would assume
 * that it is a tenth of all. There are few texts, so there are few such numbers.
 */
const steps = [2, 21, 51, 101, 201, 501, 1001]
const stepFor = (limit: number): number => steps.find((step) => step >= limit) ?? limit

/** A statement: its text, and what it is run with. */
interface Statement {
  readonly text: string
  readonly values: readonly Value[]
}

/** The statement for the events of a query in a stretch; its rows are `WholeEventRow`. */
export const listStatement = (query: EventQuery, stretch: Stretch): Statement => {
  const { limit, order } = stretch
  const [lead, ...others] = askedFor(query)
  const ranges = lead?.ranges ?? [{ where: isInStretch }]
  const rest = [isInTime, ...others.map(({ where }) => where)].join(' AND ')
  const found = ranges.map(({ of, where, by }) => {
    const orderBy = by === undefined ? `e.seq ${order}` : `e.${by} ${order}, e.seq ${order}`
    const search = `SELECT e.* FROM events e WHERE ${where} AND ${rest}
      ORDER BY ${orderBy} LIMIT ${stepFor(limit)}`
    return of === undefined
      ? `(${search})`
      : `SELECT found.* FROM unnest(${of}) AS each (value) CROSS JOIN LATERAL (${search}) AS found`
  })
  return {
    text: `
    SELECT ${wholeEventColumns('e')} FROM (${found.join(' UNION ALL ')}) AS e
    ORDER BY e.seq ${order} LIMIT $5::int`,
    values: [
      ...stretchValues(stretch),
      ...[...(lead ? [lead] : []), ...others].flatMap(({ values }) => values),
    ],
  }
}
