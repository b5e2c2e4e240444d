/** Visits to companies: whose turn has come is taken by one caller of all replicas. */
import type { Clock } from '../../../clock'
import { checkedId } from '../../driver/id'
import {
  type CorpVisits,
  hearAgainAfterMs,
  recheckEveryMs,
  refreshEveryMs,
} from '../../watch/corp-visits'
import { type Database, texts } from '../connection/database'
import { moment, momentOf, momentOnce } from '../connection/moment'

interface TakenRow {
  readonly suite_id: string
  readonly corpid: string
  readonly due_at: number
}

const periodMs = `CASE status ${Object.entries(recheckEveryMs)
  .map(([status, everyMs]) => `WHEN '${status}' THEN ${everyMs}`)
  .join(' ')} END`

/** The first whole period after the status changed that lies behind now. */
const nextRecheck = `status_at + ${periodMs} * ((${momentOnce(3)} - status_at) / ${periodMs} + 1)`

const takeRechecks = `
WITH due AS (
  SELECT suite_id, corpid, recheck_at AS due_at FROM corps
  WHERE recheck_at <= ${momentOnce(3)} AND suite_id = ANY ($1::text[])
  ORDER BY recheck_at LIMIT $2::int FOR UPDATE SKIP LOCKED
)
UPDATE corps SET recheck_at = ${nextRecheck}
FROM due WHERE corps.suite_id = due.suite_id AND corps.corpid = due.corpid
RETURNING corps.suite_id, corps.corpid, due.due_at::float8 AS due_at`

const takeRecheck = `
UPDATE corps SET recheck_at = ${nextRecheck}
WHERE suite_id = $1 AND corpid = $2 AND recheck_at IS NOT NULL`

const hear = `
UPDATE corps SET heard_at = ${moment(3)}, recheck_at = least(recheck_at, ${moment(3)})
WHERE suite_id = $1 AND corpid = $2 AND recheck_at IS NOT NULL
  AND heard_at <= ${moment(3)} - ${hearAgainAfterMs}`

const takeRefreshes = `
WITH due AS (
  SELECT suite_id, corpid, refresh_at AS due_at FROM corps
  WHERE status = 'authorized' AND refresh_at <= ${momentOnce(3)} AND suite_id = ANY ($1::text[])
  ORDER BY refresh_at LIMIT $2::int FOR UPDATE SKIP LOCKED
)
UPDATE corps SET refresh_at = ${momentOnce(3)} + ${refreshEveryMs}
FROM due WHERE corps.suite_id = due.suite_id AND corps.corpid = due.corpid
RETURNING corps.suite_id, corps.corpid, due.due_at::float8 AS due_at`

const refreshAt = 'UPDATE corps SET refresh_at = $3::bigint WHERE suite_id = $1 AND corpid = $2'

/** @param clock null: the database's own */
export const createCorpVisits = (parts: {
  database: Database
  clock: Clock | null
}): CorpVisits => {
  const { database, clock } = parts

  const take = async (text: string, suiteIds: readonly string[], limit: number) => {
    const values = [texts(suiteIds), limit, momentOf(clock)]
    const rows = await database.query<TakenRow>(text, values)
    return rows
      .toSorted((a, b) => a.due_at - b.due_at)
      .map(({ suite_id, corpid }) => ({ suiteId: suite_id, corpid }))
  }

  return {
    takeRechecks: (suiteIds, limit) => take(takeRechecks, suiteIds, limit),

    async takeRecheck(suiteId, corpid) {
      await database.query(takeRecheck, [checkedId(suiteId), checkedId(corpid), momentOf(clock)])
    },

    async hearOfCorp(suiteId, corpid) {
      await database.query(hear, [checkedId(suiteId), checkedId(corpid), momentOf(clock)])
    },

    takeRefreshes: (suiteIds, limit) => take(takeRefreshes, suiteIds, limit),

    async refreshCorpAt(suiteId, corpid, at) {
      await database.query(refreshAt, [checkedId(suiteId), checkedId(corpid), at])
    },
  }
}
