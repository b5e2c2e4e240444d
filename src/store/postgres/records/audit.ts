/** The port to the audit log on PostgreSQL. */
import type { AuditEntry, AuditLog, AuditQuery } from '../../audit-log'
import type { Lifecycle } from '../../driver/lifecycle'
import {
  cursorAfterDated,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
  stretchLength,
  stretchOf,
} from '../../driver/paging'
import { type AuditRow, entryOfRow } from '../../driver/records/audit-records'
import type { Page } from '../../store'
import { type Database, integers, type Query, texts } from '../connection/database'
import { exhaust } from '../connection/portions'

const columns = `seq::float8 AS seq, id, at::float8 AS at, actor_kind AS "actorKind",
  actor_id AS "actorId", actor_name AS "actorName", action, suite_id AS "suiteId", corpid, target,
  address, status`

const insertSql = `
  INSERT INTO audit (id, at, actor_kind, actor_id, actor_name, action, suite_id, corpid, target,
                     address, status)
  SELECT id, at, actor_kind, actor_id, actor_name, action, suite_id, corpid, target, address, status
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::text[], $11::bigint[])
    WITH ORDINALITY AS given (id, at, actor_kind, actor_id, actor_name, action, suite_id, corpid,
                              target, address, status, place)
  ORDER BY place
  ON CONFLICT (id) DO NOTHING
  RETURNING 1`

/** Returns how many were new. */
const insertAudit = async (query: Query, entries: readonly AuditEntry[]): Promise<number> => {
  if (entries.length === 0) return 0
  const added = await query(insertSql, [
    texts(entries.map(({ id }) => id)),
    integers(entries.map(({ at }) => at)),
    texts(entries.map(({ actor }) => actor.kind)),
    texts(entries.map(({ actor }) => actor.id)),
    texts(entries.map(({ actor }) => actor.name)),
    texts(entries.map(({ action }) => action)),
    texts(entries.map(({ suiteId }) => suiteId)),
    texts(entries.map(({ corpid }) => corpid)),
    texts(entries.map(({ target }) => target)),
    texts(entries.map(({ address }) => address)),
    integers(entries.map(({ status }) => status)),
  ])
  return added.length
}

/** What a list may be narrowed by, the one that leaves the least to look through first. */
const filters = ['corpid', 'actor', 'action'] as const

const columnOf = {
  corpid: 'corpid',
  actor: 'coalesce(actor_id, actor_kind)',
  action: 'action',
} as const

/** One text for each choice of filters, so that each goes by the index that is made for it. */
const listSql = (asked: readonly (typeof filters)[number][]): string => `
  SELECT ${columns} FROM audit
  WHERE (at, seq) < ($1, $2) AND at >= $3 AND at < $4
    ${asked.map((filter, place) => `AND ${columnOf[filter]} = $${place + 6}`).join(' ')}
  ORDER BY audit.at DESC, audit.seq DESC LIMIT $5`

const listAudit = async (query: Query, asked: AuditQuery): Promise<Page<AuditEntry>> => {
  const { limit, since = 0, until = Number.MAX_SAFE_INTEGER } = asked
  const { at, seq } = placeBefore(asked.cursor)
  const given = filters.filter((filter) => asked[filter] !== undefined)
  const rows = await query<AuditRow>(listSql(given), [
    at,
    seq,
    since,
    until,
    limit + 1,
    ...given.map((filter) => asked[filter] ?? ''),
  ])
  return mapPage(pageOf(rows, limit, cursorAfterDated), entryOfRow)
}

const stretchSql = `SELECT ${columns} FROM audit WHERE seq > $1 ORDER BY audit.seq LIMIT $2`

const listAllAudit = async (query: Query, cursor: string | undefined) => {
  const rows = await query<AuditRow>(stretchSql, [seqAfter(cursor), stretchLength + 1])
  return mapPage(stretchOf(rows), entryOfRow)
}

const purgeSql = `
  DELETE FROM audit WHERE seq = ANY (ARRAY(
    SELECT seq FROM audit WHERE at < $1 ORDER BY at LIMIT $2))
  RETURNING 1`

export const createPostgresAudit = (database: Database, run: Lifecycle['run']): AuditLog => {
  const { query, transaction } = database
  return {
    addAudit: (entry) =>
      run(async () => {
        await insertAudit(query, [entry])
      }),
    listAudit: (asked) => run(() => listAudit(query, asked)),
    listAllAudit: (cursor) => run(() => listAllAudit(query, cursor)),
    restoreAudit: (entries) =>
      run(() => transaction((inTransaction) => insertAudit(inTransaction, entries))),
    purgeAudit: (before) =>
      run(() =>
        exhaust(database, async (step, limit) => (await step(purgeSql, [before, limit])).length),
      ),
  }
}
