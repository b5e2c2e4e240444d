/** Lists, counts and searches of companies: ranges of indexes, never a walk over the records. */
import { checkedId } from '../../driver/id'
import { pageOf } from '../../driver/paging'
import {
  cursorAfter,
  cursorAfterIds,
  idsAtOnce,
  idsInCursor,
  placeOf,
} from '../../driver/records/corp-list'
import { corpKind } from '../../driver/records/record-kinds'
import { type CorpQuery, type CorpStatus, corpStatuses, type Store } from '../../store'
import type { Database, Value } from '../connection/database'
import type { Records } from './records'

interface SummaryRow {
  readonly suite_id: string
  readonly corpid: string
  readonly name: string
  readonly agentid: number | null
  readonly status: CorpStatus
  readonly authorized_at: number
}

const ofSuite = 'suite_id = $5'
const ofStatus = 'status = $6'
const holding = '(position($7 in corpid) > 0 OR position($8 in folded) > 0)'

/**
 * Of at most eight texts one: a condition that isn't asked for must not stand in the way of the
 * index for one that is.
 */
const listText = ({ suiteId, status, q }: CorpQuery): string => {
  const conditions = [
    suiteId === undefined ? '$5::text IS NULL' : ofSuite,
    status === undefined ? '$6::text IS NULL' : ofStatus,
    q === undefined ? '$7::text IS NULL AND $8::text IS NULL' : holding,
  ]
  // The first condition alone is one for the index; the second is about those of equal age. The
  // order is that of the column: its name alone is the number that is handed out.
  return `
SELECT suite_id, corpid, name, agentid::float8 AS agentid, status,
  authorized_at::float8 AS authorized_at
FROM corps
WHERE authorized_at <= $1::bigint
  AND (authorized_at < $1::bigint OR (suite_id, corpid) > ($2::text, $3::text))
  AND ${conditions.join(' AND ')}
ORDER BY corps.authorized_at DESC, suite_id, corpid
LIMIT $4::int`
}

const beforeAll = { authorizedAt: Number.MAX_SAFE_INTEGER, suiteId: '', corpid: '' }

const count = 'SELECT status, count(*)::float8 AS count FROM corps GROUP BY status'
const countOfSuite = `
SELECT status, count(*)::float8 AS count FROM corps WHERE suite_id = $1 GROUP BY status`

const listIds = `
SELECT suite_id, corpid FROM corps WHERE (suite_id, corpid) > ($1::text, $2::text)
ORDER BY suite_id, corpid LIMIT ${idsAtOnce + 1}`

const suitesOf = 'SELECT suite_id FROM corps WHERE corpid = $1 ORDER BY suite_id'

const byInstall = `
SELECT corpid, record FROM corps WHERE suite_id = $1 AND install_event_id = $2
ORDER BY version DESC LIMIT 1`

const byOpenCorpid = `
SELECT corpid FROM corps WHERE suite_id = $1 AND open_corpid = $2 ORDER BY version DESC LIMIT 1`

/** Over a million companies a search takes its time. */
const searchWithinMs = 20_000

export const createCorpLists = (parts: {
  database: Database
  records: Records
}): Pick<
  Store,
  | 'listCorps'
  | 'countCorps'
  | 'listCorpIds'
  | 'suitesOfCorp'
  | 'findCorpByInstallEvent'
  | 'corpidOfOpenCorpid'
> => {
  const { database, records } = parts
  return {
    async listCorps(query) {
      const { limit, cursor, suiteId = null, status = null, q = null } = query
      const after = cursor === undefined ? beforeAll : placeOf(cursor)
      const values: Value[] = [
        after.authorizedAt,
        after.suiteId,
        after.corpid,
        limit + 1,
        suiteId,
        status,
        q,
        q?.toLowerCase() ?? null,
      ]
      const rows = await database.query<SummaryRow>(
        listText(query),
        values,
        q === null ? {} : { withinMs: searchWithinMs },
      )
      const found = rows.map((row) => ({
        suiteId: row.suite_id,
        corpid: row.corpid,
        name: row.name,
        agentid: row.agentid,
        status: row.status,
        authorizedAt: row.authorized_at,
      }))
      return pageOf(found, limit, cursorAfter)
    },

    async countCorps(suiteId) {
      const rows =
        suiteId === undefined
          ? await database.query<{ status: CorpStatus; count: number }>(count)
          : await database.query<{ status: CorpStatus; count: number }>(countOfSuite, [suiteId])
      const counts = { authorized: 0, suspended: 0, invalid: 0, cancelled: 0 }
      for (const row of rows) if (corpStatuses.includes(row.status)) counts[row.status] = row.count
      return counts
    },

    async listCorpIds(cursor) {
      const after = cursor === undefined ? { suiteId: '', corpid: '' } : idsInCursor(cursor)
      const rows = await database.query<{ suite_id: string; corpid: string }>(listIds, [
        after.suiteId,
        after.corpid,
      ])
      const found = rows.map(({ suite_id, corpid }) => ({ suiteId: suite_id, corpid }))
      return pageOf(found, idsAtOnce, cursorAfterIds)
    },

    async suitesOfCorp(corpid) {
      const rows = await database.query<{ suite_id: string }>(suitesOf, [checkedId(corpid)])
      return rows.map((row) => row.suite_id)
    },

    async findCorpByInstallEvent(suiteId, eventId) {
      const values = [checkedId(suiteId), eventId]
      const [row] = await database.query<{ corpid: string; record: string }>(byInstall, values)
      if (!row) return null
      const { corpid, record } = row
      return records.open(corpKind(suiteId, corpid), `corps/${suiteId}/${corpid}`, record)
    },

    async corpidOfOpenCorpid(suiteId, openCorpid) {
      const values = [checkedId(suiteId), openCorpid]
      const [row] = await database.query<{ corpid: string }>(byOpenCorpid, values)
      return row?.corpid ?? null
    },
  }
}
