/** The rows of attempts: listed, and forgotten. */
import type { Database } from 'bun:sqlite'
import type { Attempt } from '../../deliveries'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../../driver/paging'
import type { Page } from '../../store'

export interface AttemptRow {
  readonly seq: number
  readonly endpoint: string
  readonly at: number
  readonly address: string | null
  readonly status: number | null
  readonly error: string | null
  readonly duration_ms: number
  readonly answer: string
}

export const attemptOf = (row: AttemptRow): Attempt => ({
  endpoint: row.endpoint,
  at: row.at,
  address: row.address,
  status: row.status,
  error: row.error,
  durationMs: row.duration_ms,
  answer: row.answer,
})

/** Newest first. */
export const listAttempts = (
  db: Database,
  eventId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Page<Attempt> => {
  const rows = db
    .query<AttemptRow, [string, number, number]>(
      'SELECT * FROM attempts WHERE event_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
    )
    .all(eventId, seqBefore(cursor), limit + 1)
  return mapPage(pageOf(rows, limit, cursorAfterSeq), attemptOf)
}

/** Those of a company with a suite until then go, and later ones whose event went before. */
export const removeAttempts = (
  db: Database,
  suiteId: string,
  corpid: string,
  until: number,
): void => {
  db.query(
    `DELETE FROM attempts WHERE corpid = ? AND suite_id = ?
       AND (at <= ? OR NOT EXISTS (SELECT 1 FROM events WHERE id = attempts.event_id))`,
  ).run(corpid, suiteId, until)
}

/** Forgets up to `limit` of those before a moment, and of those beyond the `most` latest. */
export const purgeAttempts = (
  db: Database,
  before: number,
  most: number,
  limit: number,
): number => {
  const { changes } = db
    .query(
      `DELETE FROM attempts WHERE seq IN (
         SELECT seq FROM attempts INDEXED BY attempts_by_age WHERE at < ? LIMIT ?)`,
    )
    .run(before, limit)
  if (changes > 0) return changes
  const count = db.query<{ n: number }, []>('SELECT count(*) AS n FROM attempts').get()?.n ?? 0
  if (count <= most) return 0
  return db
    .query('DELETE FROM attempts WHERE seq IN (SELECT seq FROM attempts ORDER BY seq LIMIT ?)')
    .run(Math.min(count - most, limit)).changes
}
