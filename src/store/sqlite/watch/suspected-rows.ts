/** Companies that WeCom called gone: rows of the event log's database, and the port on them. */
import type { SuspectedCorp, SuspectedCorps } from '../../watch/suspected-corps'
import type { DatabaseCalls } from '../database/calls'

export const createSuspectedCalls = ({ read, write }: DatabaseCalls): SuspectedCorps => ({
  suspectCorp: ({ suiteId, corpid, since, confirmAt }) =>
    write((db) => {
      const { changes } = db
        .query(
          `INSERT INTO suspected_corps (suite_id, corpid, since, confirm_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (suite_id, corpid) DO UPDATE
             SET since = excluded.since, confirm_at = excluded.confirm_at, given_up_at = NULL
             WHERE given_up_at IS NOT NULL`,
        )
        .run(suiteId, corpid, since, confirmAt)
      return changes > 0
    }),

  listSuspectedDue: (now, limit) =>
    read((db) =>
      db
        .query<SuspectedCorp, [number, number]>(
          `SELECT suite_id AS suiteId, corpid, since, confirm_at AS confirmAt FROM suspected_corps
           WHERE given_up_at IS NULL AND confirm_at <= ? ORDER BY confirm_at LIMIT ?`,
        )
        .all(now, limit),
    ),

  confirmSuspectedAt: (suiteId, corpid, confirmAt) =>
    write((db) => {
      db.query(
        `UPDATE suspected_corps SET confirm_at = ?
         WHERE suite_id = ? AND corpid = ? AND given_up_at IS NULL`,
      ).run(confirmAt, suiteId, corpid)
    }),

  giveUpSuspected: (suiteId, corpid, at) =>
    write((db) => {
      db.query(
        `UPDATE suspected_corps SET given_up_at = ?
         WHERE suite_id = ? AND corpid = ? AND given_up_at IS NULL`,
      ).run(at, suiteId, corpid)
    }),

  forgetSuspected: (suiteId, corpid) =>
    write((db) => {
      db.query('DELETE FROM suspected_corps WHERE suite_id = ? AND corpid = ?').run(suiteId, corpid)
    }),

  countSuspected: (suiteId) =>
    read(
      (db) =>
        db
          .query<{ count: number }, [string]>(
            `SELECT count(*) AS count FROM suspected_corps
             WHERE suite_id = ? AND given_up_at IS NULL`,
          )
          .get(suiteId)?.count ?? 0,
    ),

  listGivenUp: (suiteId, since) =>
    write((db) => {
      db.query('DELETE FROM suspected_corps WHERE suite_id = ? AND given_up_at <= ?').run(
        suiteId,
        since,
      )
      return db
        .query<{ corpid: string }, [string]>(
          'SELECT corpid FROM suspected_corps WHERE suite_id = ? AND given_up_at IS NOT NULL',
        )
        .all(suiteId)
        .map(({ corpid }) => corpid)
    }),

  raiseRevocationAlarm: (suiteId, at) =>
    write((db) => {
      const insert = 'INSERT INTO revocation_alarms (suite_id, since) VALUES (?, ?)'
      return db.query(`${insert} ON CONFLICT DO NOTHING`).run(suiteId, at).changes > 0
    }),

  endRevocationAlarm: (suiteId) =>
    write(
      (db) => db.query('DELETE FROM revocation_alarms WHERE suite_id = ?').run(suiteId).changes > 0,
    ),

  listRevocationAlarms: () =>
    read((db) =>
      db
        .query<{ suiteId: string }, []>('SELECT suite_id AS suiteId FROM revocation_alarms')
        .all()
        .map(({ suiteId }) => suiteId),
    ),
})
