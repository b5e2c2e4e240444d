/** Companies that WeCom called gone, on PostgreSQL. */
import type { Lifecycle } from '../../driver/lifecycle'
import type { SuspectedCorp, SuspectedCorps } from '../../watch/suspected-corps'
import type { Query } from '../connection/database'

const suspectSql = `
  INSERT INTO suspected_corps AS s (suite_id, corpid, since, confirm_at)
  VALUES ($1, $2, $3::bigint, $4::bigint)
  ON CONFLICT (suite_id, corpid) DO UPDATE
    SET since = excluded.since, confirm_at = excluded.confirm_at, given_up_at = NULL
    WHERE s.given_up_at IS NOT NULL
  RETURNING 1`

const dueSql = `
  SELECT suite_id AS "suiteId", corpid, since::float8 AS since, confirm_at::float8 AS "confirmAt"
  FROM suspected_corps WHERE given_up_at IS NULL AND confirm_at <= $1::bigint
  ORDER BY confirm_at LIMIT $2::int`

const putOffSql = `
  UPDATE suspected_corps SET confirm_at = $3::bigint
  WHERE suite_id = $1 AND corpid = $2 AND given_up_at IS NULL`

const giveUpSql = `
  UPDATE suspected_corps SET given_up_at = $3::bigint
  WHERE suite_id = $1 AND corpid = $2 AND given_up_at IS NULL`

const forgetSql = 'DELETE FROM suspected_corps WHERE suite_id = $1 AND corpid = $2'

const countSql = `
  SELECT count(*)::int AS count FROM suspected_corps
  WHERE suite_id = $1 AND given_up_at IS NULL`

/** Those that are read are not those that go, so one statement does both. */
const givenUpSql = `
  WITH forgotten AS (
    DELETE FROM suspected_corps WHERE suite_id = $1 AND given_up_at <= $2::bigint)
  SELECT corpid FROM suspected_corps WHERE suite_id = $1 AND given_up_at > $2
  ORDER BY corpid`

const raiseSql = `
  INSERT INTO revocation_alarms (suite_id, since) VALUES ($1, $2::bigint)
  ON CONFLICT DO NOTHING RETURNING 1`

const endSql = 'DELETE FROM revocation_alarms WHERE suite_id = $1 RETURNING 1'

const alarmsSql = 'SELECT suite_id AS "suiteId" FROM revocation_alarms ORDER BY suite_id'

export const createPostgresSuspectedCorps = (
  query: Query,
  run: Lifecycle['run'],
): SuspectedCorps => ({
  suspectCorp: ({ suiteId, corpid, since, confirmAt }) =>
    run(async () => (await query(suspectSql, [suiteId, corpid, since, confirmAt])).length > 0),
  listSuspectedDue: (now, limit) =>
    run(async () => [...(await query<SuspectedCorp>(dueSql, [now, limit]))]),
  confirmSuspectedAt: (suiteId, corpid, confirmAt) =>
    run(async () => {
      await query(putOffSql, [suiteId, corpid, confirmAt])
    }),
  giveUpSuspected: (suiteId, corpid, at) =>
    run(async () => {
      await query(giveUpSql, [suiteId, corpid, at])
    }),
  forgetSuspected: (suiteId, corpid) =>
    run(async () => {
      await query(forgetSql, [suiteId, corpid])
    }),
  countSuspected: (suiteId) =>
    run(async () => (await query<{ count: number }>(countSql, [suiteId]))[0]?.count ?? 0),
  listGivenUp: (suiteId, since) =>
    run(async () => {
      const rows = await query<{ corpid: string }>(givenUpSql, [suiteId, since])
      return rows.map(({ corpid }) => corpid)
    }),
  raiseRevocationAlarm: (suiteId, at) =>
    run(async () => (await query(raiseSql, [suiteId, at])).length > 0),
  endRevocationAlarm: (suiteId) => run(async () => (await query(endSql, [suiteId])).length > 0),
  listRevocationAlarms: () =>
    run(async () => {
      const rows = await query<{ suiteId: string }>(alarmsSql)
      return rows.map(({ suiteId }) => suiteId)
    }),
})
