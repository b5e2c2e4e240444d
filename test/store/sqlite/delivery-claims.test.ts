import { describe, expect, test } from 'bun:test'
import { startMs } from '../conformance/bench'
import { claimDue, dispatchTo, ready } from '../conformance/dispatched'
import { useSqliteBench } from './sqlite-bench'

const many = 20_000

describe('claims among very many pending deliveries', () => {
  const bench = useSqliteBench()

  test('look at few rows, whether all are fresh, all are backlog, or all wait in one line', async () => {
    const log = bench.open()
    await log.append(ready(1))
    await dispatchTo(log, 1)
    bench.db.run(
      `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
       INSERT INTO deliveries (event_seq, endpoint, corpid, ordered, waits, status,
                               next_attempt_at, dispatched_at)
       SELECT i, 'a', 'wpA', 0, 0, 'pending', ${startMs}, ${startMs} FROM n`,
    )
    const plans = (sql: string) =>
      bench.db
        .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail)
    for (const extra of [
      `next_attempt_at BETWEEN ${startMs} AND ${startMs + 9} AND dispatched_at >= ${startMs}`,
      `next_attempt_at <= ${startMs + 9} AND dispatched_at < ${startMs + 9}`,
    ]) {
      const plan = plans(
        `SELECT * FROM deliveries INDEXED BY deliveries_due
         WHERE endpoint = 'a' AND status = 'pending' AND waits = 0 AND lease_until <= ${startMs}
           AND ${extra} ORDER BY next_attempt_at, seq LIMIT 16`,
      )
      expect(plan.join('; ')).toContain('SEARCH deliveries USING INDEX deliveries_due')
      expect(plan.join('; ')).not.toMatch(/SCAN|TEMP B-TREE/)
    }
    expect(await claimDue(log, startMs + 5, { freshSince: startMs })).toHaveLength(1)
    expect(await log.nextDeliveryAt('a', startMs + 5)).toBe(startMs)
  })
})
