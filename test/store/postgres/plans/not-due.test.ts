import { afterAll, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { withoutKey } from '../../../../src/store/driver/sealing'
import { openPostgresEventLog } from '../../../../src/store/postgres/postgres-event-log'
import { createChanges } from '../../../../src/store/postgres/replicas/changes'
import { describeWithTool } from '../../../optional-tool'
import { emptyDatabase } from '../../../postgres/database'
import { openTestPool } from '../../../postgres/pool'
import { findPostgres } from '../../../postgres/server'
import { a, claimDue } from '../../conformance/dispatched'
import { factRule } from '../../fact-rule'
import { createRecordingLog } from '../../recording-log'
import { createExplainedDatabase } from './explained-database'

/** The number that is known when a statement is planned is that of a test's own clock alone. */
describeWithTool('PostgreSQL', findPostgres, 'what is not due by the database’s clock', () => {
  let close = async () => {}
  afterAll(() => close())

  const rows = 2000
  const later = Date.now() + 10 * minuteMs

  const filling = [
    `INSERT INTO events (id, source, type, received_at, body, status)
     SELECT 'event-' || n, 'data', 'text', ${later - 20 * minuteMs}, '', 'done'
     FROM generate_series(1, ${rows}) AS n`,
    `INSERT INTO deliveries (event_seq, endpoint, corpid, ordered, waits, status, next_attempt_at,
                             dispatched_at)
     SELECT seq, '${a}', '', false, false, 'pending', ${later} + seq, received_at FROM events`,
    `INSERT INTO once (kind, key, value, expires_at)
     SELECT 'flow_turn', n::text, '', ${later} + n FROM generate_series(1, ${rows}) AS n`,
    `INSERT INTO changes (at, by, what)
     SELECT ${later} + n, 'other', '{"what":"keys"}' FROM generate_series(1, ${rows}) AS n`,
    'ANALYZE',
  ]

  test('is not looked through for what is', async () => {
    const { url, database: emptied } = await emptyDatabase()
    for (const statement of filling) await emptied.query(statement)
    const pool = openTestPool(url, 2)
    close = () => pool.close()
    const settings = ['enable_seqscan = off', 'enable_bitmapscan = off']
    const { database, explained, during } = createExplainedDatabase(pool, settings)
    const parts = { database, clock: null, sealing: withoutKey, owner: 'replica-1', factRule }
    const log = openPostgresEventLog({ ...parts, log: createRecordingLog() })
    const changes = createChanges({ ...parts, monotonicMs: () => performance.now() })
    during('claimDeliveries')
    const now = Date.now()
    for (const freshSince of [0, now - minuteMs]) {
      expect(await claimDue(log, now, { freshSince })).toEqual([])
    }
    during('nextDeliveryAt')
    expect(await log.nextDeliveryAt(a, now)).toBeGreaterThan(later)
    during('purgeOnce')
    expect(await log.purgeOnce()).toBe(0)
    during('purgeChanges')
    expect(await changes.purgeChanges()).toBe(0)
    const calls = new Set(explained.map(({ call }) => call))
    expect(calls.size).toBe(4)
    expect(explained.filter((one) => one.rows > 100)).toEqual([])
  })
})
