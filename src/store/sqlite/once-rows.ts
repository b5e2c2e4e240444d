/** What is had once: rows of the event log's database, and the port on them. */
import type { Database } from 'bun:sqlite'
import type { Clock } from '../../clock'
import type { Place, Sealing } from '../driver/sealing'
import type { OnceKind, OnceValues } from '../once-values'
import type { DatabaseCalls } from './database/calls'

interface OnceRow {
  readonly kind: string
  readonly key: string
  readonly value: string
}

const placeOf = (kind: string, key: string): Place => ['once', kind, key]

const rowOf = (db: Database, kind: OnceKind, key: string, now: number): OnceRow | null =>
  db
    .query<OnceRow, [string, string, number]>(
      'SELECT kind, key, value FROM once WHERE kind = ? AND key = ? AND expires_at > ?',
    )
    .get(kind, key, now)

const replaceRow = (db: Database, { kind, key, value }: OnceRow, expiresAt: number): void => {
  db.query('INSERT OR REPLACE INTO once (kind, key, value, expires_at) VALUES (?, ?, ?, ?)').run(
    kind,
    key,
    value,
    expiresAt,
  )
}

const removeRow = (db: Database, kind: string, key: string): void => {
  db.query('DELETE FROM once WHERE kind = ? AND key = ?').run(kind, key)
}

/** Forgets up to `limit` rows that have expired; returns how many went. */
const purgeRows = (db: Database, now: number, limit: number): number =>
  db
    .query(
      `DELETE FROM once WHERE (kind, key) IN (
         SELECT kind, key FROM once INDEXED BY once_by_end WHERE expires_at <= ? LIMIT ?)`,
    )
    .run(now, limit).changes

/** The values sealed with the current key. What doesn't open goes: it is of use to nobody. */
export const resealOnceRows = (db: Database, sealing: Sealing): void => {
  for (const { kind, key, value } of db.query<OnceRow, []>('SELECT * FROM once').all()) {
    if (sealing.isCurrent(value)) continue
    const place = placeOf(kind, key)
    const opened = sealing.open(value, place)
    if (!opened.ok) removeRow(db, kind, key)
    else {
      const update = 'UPDATE once SET value = ? WHERE kind = ? AND key = ?'
      db.query(update).run(sealing.seal(opened.value, place), kind, key)
    }
  }
}

export const createOnceCalls = (
  { read, write, exhaust }: DatabaseCalls,
  sealing: Sealing,
  clock: Pick<Clock, 'now'>,
): OnceValues => {
  const find = (db: Database, kind: OnceKind, key: string): string | null => {
    const row = rowOf(db, kind, key, clock.now())
    const opened = row && sealing.open(row.value, placeOf(kind, key))
    return opened?.ok ? opened.value : null
  }

  return {
    putOnce: async (kind, key, value, ttlMs) => {
      const sealed = sealing.seal(value, placeOf(kind, key))
      return write((db) => {
        const standing = find(db, kind, key)
        if (standing !== null) return { put: false, standing }
        replaceRow(db, { kind, key, value: sealed }, clock.now() + ttlMs)
        return { put: true }
      })
    },
    findOnce: (kind, key) => read((db) => find(db, kind, key)),
    takeOnce: (kind, key) =>
      write((db) => {
        const value = find(db, kind, key)
        removeRow(db, kind, key)
        return value
      }),
    purgeOnce: () => exhaust((db, atOnce) => purgeRows(db, clock.now(), atOnce)),
  }
}
