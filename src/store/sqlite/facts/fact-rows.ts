/** Facts in SQLite: each is one step inside a transaction. */
import type { Database } from 'bun:sqlite'
import {
  cursorAfterDated,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
  stretchLength,
  stretchOf,
} from '../../driver/paging'
import type { Fact, FactQuery } from '../../facts'
import type { Page } from '../../store'

type FactRow = Fact & { readonly seq: number }

const columns = 'seq, id, suite_id AS suiteId, corpid, type, at, payload'

const factOfRow = ({ seq: _, ...fact }: FactRow): Fact => fact

/** Returns whether it was new. */
export const insertFact = (db: Database, fact: Fact): boolean =>
  db
    .query(
      `INSERT INTO facts (id, suite_id, corpid, type, at, payload) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    )
    .run(fact.id, fact.suiteId, fact.corpid, fact.type, fact.at, fact.payload).changes > 0

/** Returns how many were new. */
export const insertFacts = (db: Database, facts: readonly Fact[]): number =>
  facts.filter((fact) => insertFact(db, fact)).length

/** The event turned out to be this company's. */
export const nameFactsCorp = (db: Database, id: string, corpid: string): void => {
  db.query('UPDATE facts SET corpid = ? WHERE id = ?').run(corpid, id)
}

/** Empties the payloads of a company's facts. */
export const eraseFacts = (db: Database, suiteId: string, corpid: string): void => {
  db.query("UPDATE facts SET payload = '' WHERE corpid = ? AND suite_id = ? AND payload <> ''").run(
    corpid,
    suiteId,
  )
}

/** All that happened until then to a company with a suite goes. */
export const removeFacts = (db: Database, suiteId: string, corpid: string, until: number): void => {
  db.query('DELETE FROM facts WHERE corpid = ? AND suite_id = ? AND at <= ?').run(
    corpid,
    suiteId,
    until,
  )
}

const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ')

/** A page of the facts that a query means, the latest first. */
export const listFacts = (db: Database, query: FactQuery): Page<Fact> => {
  const { types, suiteId, orNoSuite, corpids, limit } = query
  const before = placeBefore(query.cursor)
  const index = corpids === undefined ? 'facts_by_type' : 'facts_by_corpid'
  const ofSuite = orNoSuite ? '(suite_id = ? OR suite_id IS NULL)' : 'suite_id = ?'
  const where = [
    '(at, seq) < (?, ?)',
    `type IN (${marks(types)})`,
    ...(corpids === undefined ? [] : [`corpid IN (${marks(corpids)})`]),
    ...(suiteId === undefined ? [] : [ofSuite]),
  ]
  const rows = db
    .query<FactRow, (string | number)[]>(
      `SELECT ${columns} FROM facts INDEXED BY ${index}
       WHERE ${where.join(' AND ')} ORDER BY at DESC, seq DESC LIMIT ?`,
    )
    .all(
      before.at,
      before.seq,
      ...types,
      ...(corpids ?? []),
      ...(suiteId === undefined ? [] : [suiteId]),
      limit + 1,
    )
  return mapPage(pageOf(rows, limit, cursorAfterDated), factOfRow)
}

/** The next 500 facts, in the order in which they were added. */
export const listAllFacts = (db: Database, cursor: string | undefined): Page<Fact> => {
  const after = seqAfter(cursor)
  const rows = db
    .query<FactRow, [number, number]>(
      `SELECT ${columns} FROM facts WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(after, stretchLength + 1)
  return mapPage(stretchOf(rows), factOfRow)
}

/** Forgets up to `limit` facts; returns how many went. */
export const purgeFacts = (
  db: Database,
  types: readonly string[],
  before: number,
  limit: number,
): number =>
  db
    .query(
      `DELETE FROM facts WHERE seq IN (
         SELECT seq FROM facts INDEXED BY facts_by_type
         WHERE type IN (SELECT value FROM json_each(?)) AND at < ? LIMIT ?)`,
    )
    .run(JSON.stringify(types), before, limit).changes
