/** Audit entries in SQLite: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import type { AuditEntry, AuditLog, AuditQuery } from '../audit-log'
import {
  cursorAfterDated,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
  stretchLength,
  stretchOf,
} from '../driver/paging'
import { type AuditRow, entryOfRow } from '../driver/records/audit-records'
import type { Page } from '../store'
import type { DatabaseCalls } from './database/calls'

const columns = `seq, id, at, actor_kind AS actorKind, actor_id AS actorId, actor_name AS actorName,
  action, suite_id AS suiteId, corpid, target, address, status`

/** Returns whether it was new. */
export const insertAudit = (db: Database, entry: AuditEntry): boolean => {
  const { actor } = entry
  return (
    db
      .query(
        `INSERT INTO audit (id, at, actor_kind, actor_id, actor_name, action, suite_id, corpid,
           target, address, status)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      )
      .run(
        entry.id,
        entry.at,
        actor.kind,
        actor.id,
        actor.name,
        entry.action,
        entry.suiteId,
        entry.corpid,
        entry.target,
        entry.address,
        entry.status,
      ).changes > 0
  )
}

export const restoreAudit = (db: Database, entries: readonly AuditEntry[]): number =>
  entries.filter((entry) => insertAudit(db, entry)).length

/** The index by which a list goes: the one that leaves the least to look through. */
const indexFor = ({ actor, action, corpid }: AuditQuery): string => {
  if (corpid !== undefined) return 'audit_by_corpid'
  if (actor !== undefined) return 'audit_by_actor'
  return action === undefined ? 'audit_by_age' : 'audit_by_action'
}

export const listAudit = (db: Database, query: AuditQuery): Page<AuditEntry> => {
  const before = placeBefore(query.cursor)
  const conditions: readonly (readonly [string, readonly (string | number | undefined)[]])[] = [
    ['(at, seq) < (?, ?)', [before.at, before.seq]],
    ['at >= ?', [query.since]],
    ['at < ?', [query.until]],
    ['COALESCE(actor_id, actor_kind) = ?', [query.actor]],
    ['action = ?', [query.action]],
    ['corpid = ?', [query.corpid]],
  ]
  const asked = conditions.filter(([, values]) => values[0] !== undefined)
  const rows = db
    .query<AuditRow, (string | number)[]>(
      `SELECT ${columns} FROM audit INDEXED BY ${indexFor(query)}
       WHERE ${asked.map(([sql]) => sql).join(' AND ')} ORDER BY at DESC, seq DESC LIMIT ?`,
    )
    .all(...asked.flatMap(([, values]) => values as (string | number)[]), query.limit + 1)
  return mapPage(pageOf(rows, query.limit, cursorAfterDated), entryOfRow)
}

export const listAllAudit = (db: Database, cursor: string | undefined): Page<AuditEntry> => {
  const after = seqAfter(cursor)
  const rows = db
    .query<AuditRow, [number, number]>(
      `SELECT ${columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(after, stretchLength + 1)
  return mapPage(stretchOf(rows), entryOfRow)
}

/** Forgets up to `limit` entries; returns how many went. */
export const purgeAudit = (db: Database, before: number, limit: number): number =>
  db
    .query(
      `DELETE FROM audit WHERE seq IN (
         SELECT seq FROM audit INDEXED BY audit_by_age WHERE at < ? LIMIT ?)`,
    )
    .run(before, limit).changes

/** The port to the audit log on the event log's database. */
export const createAuditCalls = ({ read, write, exhaust }: DatabaseCalls): AuditLog => ({
  addAudit: (entry) => write((db) => void insertAudit(db, entry)),
  listAudit: (query) => read((db) => listAudit(db, query)),
  listAllAudit: (cursor) => read((db) => listAllAudit(db, cursor)),
  restoreAudit: (entries) => write((db) => restoreAudit(db, entries)),
  purgeAudit: (before) => exhaust((db, atOnce) => purgeAudit(db, before, atOnce)),
})
