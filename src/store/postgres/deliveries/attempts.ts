/** The rows of attempts: added, listed, forgotten. */
import type { Attempt } from '../../deliveries'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../../driver/paging'
import type { Page } from '../../store'
import { bytesOf, textIn } from '../connection/bytes'
import type { Query, Value } from '../connection/database'

interface AttemptRow extends Omit<Attempt, 'answer'> {
  readonly seq: number
  readonly answer: Uint8Array
}

/** @param first the number of its first parameter: 1 for `$1` */
export const insertAttemptSql = (first: number): string => {
  const [id, ...rest] = Array.from({ length: 8 }, (_, place) => `$${first + place}`)
  return `
  INSERT INTO attempts (event_id, suite_id, corpid, endpoint, at, address, status, error,
                        duration_ms, answer)
  VALUES (${id}, (SELECT suite_id FROM events WHERE id = ${id}),
          (SELECT corpid FROM events WHERE id = ${id}), ${rest.join(', ')})`
}

/** Its parameters. @param attempt with its answer as it is to stand there */
export const attemptValues = (eventId: string, attempt: Attempt): Value[] => [
  eventId,
  attempt.endpoint,
  attempt.at,
  attempt.address,
  attempt.status,
  attempt.error,
  attempt.durationMs,
  bytesOf(attempt.answer),
]

const insertSql = insertAttemptSql(1)

/** @param attempt with its answer as it is to stand there */
export const insertAttempt = async (
  query: Query,
  eventId: string,
  attempt: Attempt,
): Promise<void> => {
  await query(insertSql, attemptValues(eventId, attempt))
}

const listSql = `
  SELECT seq::float8 AS seq, endpoint, at::float8 AS at, address, status, error,
         duration_ms::float8 AS "durationMs", answer
  FROM attempts WHERE event_id = $1 AND seq < $2 ORDER BY attempts.seq DESC LIMIT $3`

/** Newest first, their answers as they stand there. */
export const listAttempts = async (
  query: Query,
  eventId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<Attempt>> => {
  const rows = await query<AttemptRow>(listSql, [eventId, seqBefore(cursor), limit + 1])
  return mapPage(pageOf(rows, limit, cursorAfterSeq), ({ seq: _, answer, ...attempt }) => ({
    ...attempt,
    answer: textIn(answer),
  }))
}

const removeSql = `
  DELETE FROM attempts WHERE seq = ANY (ARRAY(
    SELECT seq FROM attempts a
    WHERE corpid = $1 AND suite_id = $2
      AND (at <= $3 OR NOT EXISTS (SELECT 1 FROM events WHERE id = a.event_id))
    LIMIT $4))
  RETURNING 1`

/**
 * Up to `limit` of a company with a suite until then, and of later ones whose event went before;
 * returns how many went.
 */
export const removeAttempts = async (
  query: Query,
  suiteId: string,
  corpid: string,
  until: number,
  limit: number,
): Promise<number> => (await query(removeSql, [corpid, suiteId, until, limit])).length

const purgeOldSql = `
  DELETE FROM attempts WHERE seq = ANY (ARRAY(
    SELECT seq FROM attempts WHERE at < $1 ORDER BY at LIMIT $2))
  RETURNING 1`

/** Forgets up to `limit` of those before a moment; returns how many went. */
export const purgeOldAttempts = async (
  query: Query,
  before: number,
  limit: number,
): Promise<number> => (await query(purgeOldSql, [before, limit])).length

const firstBeyondSql = `
  SELECT seq::float8 AS seq FROM attempts ORDER BY attempts.seq DESC OFFSET $1 LIMIT 1`

/** The latest that is beyond the `most` latest; null if there are no more than that. */
export const firstBeyond = async (query: Query, most: number): Promise<number | null> => {
  const [first] = await query<{ seq: number }>(firstBeyondSql, [most])
  return first?.seq ?? null
}

const purgeBeyondSql = `
  DELETE FROM attempts WHERE seq = ANY (ARRAY(
    SELECT seq FROM attempts WHERE seq <= $1 ORDER BY seq LIMIT $2))
  RETURNING 1`

/** Forgets up to `limit` of those up to one; returns how many went. */
export const purgeAttemptsTo = async (query: Query, seq: number, limit: number): Promise<number> =>
  (await query(purgeBeyondSql, [seq, limit])).length
