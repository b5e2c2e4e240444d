/** The event log's part of an export and of a move, a stretch at a time. */
import { cursorAfterSeq, pageOf, seqAfter, stretchLength } from '../../driver/paging'
import { identityBefore } from '../../driver/records/event-records'
import type { SeenIdentity } from '../../event-log'
import type { EventRecord } from '../../event-record'
import type { Page } from '../../store'
import { integers, type Query, texts } from '../connection/database'
import { eventOf, type WholeEventRow, wholeEventColumns } from '../rows/event-rows'

const stretchEndSql = `
SELECT max(seq)::float8 AS last, count(*)::int AS n
FROM (SELECT seq FROM events WHERE seq > $1::bigint ORDER BY seq LIMIT ${stretchLength}) AS stretch`

/** The stretch first, as a number of rows that the database knows: deliveries are looked up. */
const unfinishedSql = `
SELECT ${wholeEventColumns('e')} FROM (
  SELECT * FROM events WHERE seq > $1::bigint AND seq <= $2::bigint
  ORDER BY seq LIMIT ${stretchLength}) AS e
WHERE e.status <> 'done' OR e.dispatch_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = e.seq AND d.status <> 'done')
ORDER BY e.seq`

/**
 * The unfinished among the next 500 events; so a page may be empty and have a `next` all the same.
 */
export const listUnfinished = async (
  query: Query,
  cursor: string | undefined,
): Promise<Page<EventRecord>> => {
  const after = seqAfter(cursor)
  const [end] = await query<{ last: number | null; n: number }>(stretchEndSql, [after])
  if (!end || end.last === null) return { items: [], next: null }
  const rows = await query<WholeEventRow>(unfinishedSql, [after, end.last])
  const next = end.n < stretchLength ? null : cursorAfterSeq({ seq: end.last })
  return { items: rows.map(eventOf), next }
}

const identitiesSql = `
SELECT identity, seen_at::float8 AS "seenAt" FROM identities
WHERE identity > $1 ORDER BY identity LIMIT ${stretchLength + 1}`

/** The next 500 identities, in their own order. */
export const listIdentities = async (query: Query, cursor = ''): Promise<Page<SeenIdentity>> => {
  const rows = await query<SeenIdentity>(identitiesSql, [cursor])
  return pageOf(rows, stretchLength, ({ identity }) => identity)
}

const rememberSql = `
INSERT INTO identities (identity, seen_at)
SELECT identity, seen_at
FROM unnest($1::text[], $2::bigint[], $3::text[]) AS given (identity, seen_at, identity_before)
WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.identity = given.identity_before)
ORDER BY identity
ON CONFLICT DO NOTHING
RETURNING 1`

/** Gives how many are new. Those that are remembered already stay as they are. */
export const restoreIdentities = async (
  query: Query,
  identities: readonly SeenIdentity[],
): Promise<number> => {
  if (identities.length === 0) return 0
  const names = identities.map(({ identity }) => identity)
  const added = await query(rememberSql, [
    texts(names),
    integers(identities.map(({ seenAt }) => seenAt)),
    texts(names.map(identityBefore)),
  ])
  return added.length
}
