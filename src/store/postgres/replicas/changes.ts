/**
 * The feed of changes as rows. Their numbers are not the order in which they were committed, so
 * each reading goes back ten seconds and leaves out what is known; a write takes at most three.
 */
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Clock, minuteMs, secondMs } from '../../../clock'
import type { Change, Changes, ChangesRead } from '../../replicas/changes'
import type { Database } from '../connection/database'
import { moment, momentOf, momentOnce } from '../connection/moment'
import { exhaust } from '../connection/portions'

const overlapMs = 10 * secondMs
const keptForMs = 10 * minuteMs
/** Who didn't read for so long can't be sure any more that all is still there. */
const certainForMs = keptForMs - minuteMs
const pageLength = 2000

/** How far a reader has come. */
export interface ChangesCursor {
  /** All up to this number were read, and were known for longer than the overlap. */
  readonly floor: number
  /** Those beyond it, and when they came to be known. */
  readonly known: ReadonlyMap<string, number>
  readonly readAt: number
}

interface ChangeRow {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly what: string
}

const beginning = `
  SELECT coalesce(max(seq), 0)::float8 AS floor FROM changes WHERE at <= ${moment(1)} - ${overlapMs}`

const beyond = `
  SELECT seq::float8 AS seq, at::float8 AS at, by, what FROM changes
  WHERE seq > $1::bigint ORDER BY changes.seq LIMIT ${pageLength}`

const purge = `
  DELETE FROM changes WHERE seq = ANY (ARRAY(
    SELECT seq FROM changes WHERE at < ${momentOnce(1)} - ${keptForMs}
    ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING 1`

/** A number may come again once a standby took over that hadn't seen it: its time counts too. */
const nameOf = ({ seq, at }: ChangeRow): string => `${seq} ${at}`
const seqOf = (name: string): number => Number.parseInt(name, 10)

/** The cursor after a reading. Pure. */
const movedOn = (
  { floor, known }: ChangesCursor,
  rows: readonly ChangeRow[],
  readAt: number,
): ChangesCursor => {
  const all = new Map(known)
  for (const row of rows) if (!all.has(nameOf(row))) all.set(nameOf(row), readAt)
  let settled = floor
  for (const [name, since] of known) {
    if (since > readAt - overlapMs) continue
    all.delete(name)
    settled = Math.max(settled, seqOf(name))
  }
  return { floor: settled, known: all, readAt }
}

const AnyChange = Type.Object({ what: Type.String() })

/** Null: something was changed, and nobody knows what. */
const changeOf = ({ what }: ChangeRow): Change | null => {
  try {
    const change: unknown = JSON.parse(what)
    return Value.Check(AnyChange, change) ? (change as Change) : null
  } catch {
    return null
  }
}

export const createChanges = (parts: {
  readonly database: Pick<Database, 'query' | 'transaction'>
  /** Judges how old a row is; null: the database's own clock. */
  readonly clock: Clock | null
  /** What this one changed itself is no news to it. */
  readonly owner: string
  /** Milliseconds of a clock that is never put back. */
  monotonicMs(): number
}): Changes<ChangesCursor> => {
  const { database, clock, owner, monotonicMs } = parts

  const rowsBeyond = async (floor: number): Promise<ChangeRow[]> => {
    const rows: ChangeRow[] = []
    for (;;) {
      const last = rows.at(-1)?.seq ?? floor
      const page = await database.query<ChangeRow>(beyond, [last])
      rows.push(...page)
      if (page.length < pageLength) return rows
    }
  }

  const begin = async (): Promise<ChangesRead<ChangesCursor>> => {
    const readAt = monotonicMs()
    const [row] = await database.query<{ floor: number }>(beginning, [momentOf(clock)])
    const empty = { floor: row?.floor ?? 0, known: new Map(), readAt }
    return {
      changes: [],
      cursor: movedOn(empty, await rowsBeyond(empty.floor), readAt),
      missed: false,
    }
  }

  return {
    async changesSince(cursor) {
      if (cursor === null) return begin()
      const readAt = monotonicMs()
      if (readAt - cursor.readAt > certainForMs) return { ...(await begin()), missed: true }
      const rows = await rowsBeyond(cursor.floor)
      const news = rows.filter((row) => row.by !== owner && !cursor.known.has(nameOf(row)))
      const read = news.map(changeOf)
      const changes = read.filter((change) => change !== null)
      const missed = changes.length < read.length
      return { changes, cursor: movedOn(cursor, rows, readAt), missed }
    },
    purgeChanges: () =>
      exhaust(
        database,
        async (query, limit) => (await query(purge, [momentOf(clock), limit])).length,
      ),
  }
}
