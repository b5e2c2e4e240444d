/**
 * Lists of events. The condition that tells most leads: each of its values is an index range of its
 * own in the order of arrival, of which a page takes no more than it shows.
 */
import type { EventQuery } from '../../event-log'
import { texts, type Value } from '../connection/database'
import { type Statement, wholeEventColumns } from './event-rows'

/** What a list goes by, or only leaves out by. Texts of SQL with the parameters from `at` on. */
interface Condition {
  /** The ranges in which the events are, as `FROM` and what holds of each row `e`. */
  readonly ranges: readonly { readonly from?: string; readonly where: string }[]
  readonly where: string
  readonly values: readonly Value[]
}

const isAmong = (
  column: 'corpid' | 'type' | 'suite_id',
  values: readonly string[] | undefined,
  at: number,
): Condition[] =>
  values === undefined
    ? []
    : [
        {
          ranges: [{ from: `unnest($${at}::text[])`, where: `e.${column} = value` }],
          where: `e.${column} = ANY ($${at}::text[])`,
          values: [texts([...new Set(values)])],
        },
      ]

const isOfSuite = ({ suiteId, orNoSuite }: EventQuery, at: number): Condition[] => {
  if (suiteId === undefined || !orNoSuite)
    return isAmong('suite_id', suiteId === undefined ? undefined : [suiteId], at)
  return [
    {
      ranges: [{ where: `e.suite_id = $${at}` }, { where: 'e.suite_id IS NULL' }],
      where: `(e.suite_id = $${at} OR e.suite_id IS NULL)`,
      values: [suiteId],
    },
  ]
}

const one = (value: string | undefined) => (value === undefined ? undefined : [value])

/** As a constant: the planner knows then which indexes hold such events alone. */
const hasStatus = ({ status }: EventQuery): Condition[] =>
  status === undefined
    ? []
    : [
        {
          ranges: [{ where: `e.status = '${status}'` }],
          where: `e.status = '${status}'`,
          values: [],
        },
      ]

/** The most telling first. Each takes at most one parameter. */
const askedFor = (query: EventQuery, first: number): Condition[] => {
  const { corpid, corpids, status, type, types } = query
  const makers: ((at: number) => Condition[])[] = [
    (at) => isAmong('corpid', one(corpid), at),
    (at) => isAmong('corpid', corpids, at),
    () => (status === 'done' ? [] : hasStatus(query)),
    (at) => isAmong('type', one(type), at),
    (at) => isAmong('type', types, at),
    (at) => isOfSuite(query, at),
    () => (status === 'done' ? hasStatus(query) : []),
  ]
  let at = first
  return makers.flatMap((make) => {
    const made = make(at)
    at += made.flatMap(({ values }) => values).length
    return made
  })
}

/** Where in the order of arrival a list looks, and in which direction. */
export interface Stretch {
  /** Of each row `e`, with the parameters that `values` gives, the limit behind them. */
  readonly where: string
  readonly values: readonly Value[]
  readonly limit: number
  readonly order: 'ASC' | 'DESC'
}

/** The statement for the events of a query in a stretch; its rows are `WholeEventRow`. */
export const listStatement = (query: EventQuery, stretch: Stretch): Statement => {
  const { where, values, limit, order } = stretch
  const limitAt = values.length + 1
  const asked = askedFor(query, limitAt + 1)
  const [lead, ...others] = asked
  const ranges = lead?.ranges ?? [{ where: 'true' }]
  const conditions = [where, ...others.map((other) => other.where)].join(' AND ')
  const found = ranges.map((range) => {
    const search = `SELECT e.* FROM events e WHERE ${range.where} AND ${conditions}
      ORDER BY e.seq ${order} LIMIT $${limitAt}::int`
    return range.from === undefined
      ? `(${search})`
      : `SELECT found.* FROM ${range.from} AS each (value) CROSS JOIN LATERAL (${search}) AS found`
  })
  return {
    text: `
    SELECT ${wholeEventColumns('e')} FROM (${found.join(' UNION ALL ')}) AS e
    ORDER BY e.seq ${order} LIMIT $${limitAt}::int`,
    values: [...values, limit, ...asked.flatMap((condition) => condition.values)],
  }
}
