/** The rows of all events that are kept, for their move. */
import type { KeptEvent } from '../../driver/moving'
import { mapPage, seqAfter, stretchLength, stretchOf } from '../../driver/paging'
import type { Page } from '../../store'
import { integers, type Query } from '../connection/database'
import { type EventRow, eventColumns, plainEventOf } from '../rows/event-rows'
import { eventValues } from '../rows/event-values'

const listSql = `
  SELECT ${eventColumns('e')}, e.purge_at::float8 AS "purgeAt"
  FROM events e WHERE e.seq > $1 ORDER BY e.seq LIMIT ${stretchLength + 1}`

/** With their secrets as they stand in the rows. */
export const listKeptEvents = async (
  query: Query,
  cursor: string | undefined,
): Promise<Page<KeptEvent>> => {
  const rows = await query<EventRow & { purgeAt: number | null }>(listSql, [seqAfter(cursor)])
  return mapPage(stretchOf(rows), (row) => ({
    ...plainEventOf(row),
    purgeAt: row.purgeAt,
  }))
}

const addSql = `
  INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, kept, outgoing, status,
                      attempts, next_attempt_at, last_error, dispatch_at, purge_at)
  SELECT id, suite_id, corpid, source, type, received_at, body, kept, outgoing, status,
         attempts, next_attempt_at, last_error, dispatch_at, purge_at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
              $7::bytea[], $8::bytea[], $9::bytea[], $10::text[], $11::bigint[], $12::bigint[],
              $13::text[], $14::bigint[], $15::bigint[])
    WITH ORDINALITY AS given (id, suite_id, corpid, source, type, received_at, body, kept, outgoing,
                              status, attempts, next_attempt_at, last_error, dispatch_at, purge_at,
                              place)
  ORDER BY place`

/** @param events with their secrets as they are to stand in the rows */
export const addKeptEvents = async (query: Query, events: readonly KeptEvent[]): Promise<void> => {
  if (events.length === 0) return
  await query(addSql, [...eventValues(events), integers(events.map(({ purgeAt }) => purgeAt))])
}
