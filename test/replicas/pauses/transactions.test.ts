/**
 * A replica of the binary that is paused (SIGSTOP) in a transaction whose locks others wait for,
 * and goes on (SIGCONT) when they have.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { until } from '../../binary/until'
import { describeWithTool } from '../../optional-tool'
import { mayStandStill } from '../../postgres/patience'
import { findPostgres } from '../../postgres/server'
import type { Replica } from '../fleet'
import { openStage, type Stage } from './stage'

const lock = 1959

/** A hold on whoever does this to a row, until the test lets go. */
const holdSql = (table: string, when: string) => [
  `CREATE OR REPLACE FUNCTION hold_writer() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     PERFORM pg_advisory_xact_lock_shared(${lock});
     RETURN NEW;
   END $$`,
  `CREATE OR REPLACE TRIGGER hold_writer BEFORE UPDATE ON ${table}
   FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION hold_writer()`,
]

const waitsSql = `
  SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${lock} AND NOT granted`

/** The second that a transaction may stand still, and what others do then on a busy machine. */
const soonMs = 6000

describeWithTool('PostgreSQL', findPostgres, 'a replica that is paused in a transaction', () => {
  let stage: Stage
  let one: Replica
  let corpids: readonly [string, string]

  beforeAll(async () => {
    stage = await openStage(2, 2)
    one = stage.fleet.replicas[0]!
    corpids = stage.corpids as [string, string]
  }, minuteMs)
  afterAll(() => stage?.stop())
  afterEach(async () => {
    one.goOn()
    await stage.database.query('DROP FUNCTION IF EXISTS hold_writer CASCADE')
  })

  const write = async (corpid: string, text: string): Promise<void> => {
    const { ok } = await stage.simulator.pusher.message(stage.suite.suiteId, corpid, { text })
    expect(ok).toBe(true)
  }

  /** What the business app has got, in the order in which it came first. */
  const came = (): string[] =>
    [...stage.received.values()].map(({ body }) => JSON.parse(body).payload.Content)

  /** Pauses it once it has done this to a row of what `write` brings, and lets all others go on. */
  const pauseIn = (table: string, when: string, write: () => Promise<void>): Promise<void> =>
    stage.whileAlone(one, async () => {
      for (const statement of holdSql(table, when)) await stage.database.query(statement)
      await stage.database.transaction(
        async (query) => {
          await mayStandStill(query)
          await query(`SELECT pg_advisory_xact_lock(${lock})`)
          await write()
          await until('its write', async () => (await stage.database.query(waitsSql)).length > 0)
          one.pause()
        },
        { withinMs: minuteMs },
      )
    })

  const comesSoon = async (...texts: string[]): Promise<void> => {
    const began = performance.now()
    await until('all of them', () => texts.every((text) => came().includes(text)))
    expect(performance.now() - began).toBeLessThan(soonMs)
  }

  /** Each once in the record, each company's in the order in which they were pushed. */
  const allDone = async (...texts: string[]): Promise<void> => {
    one.goOn()
    await until('an end of all deliveries', async () => {
      const sql = "SELECT 1 FROM deliveries WHERE status <> 'done'"
      const left = await stage.database.query(sql)
      return left.length === 0 && texts.every((text) => came().includes(text))
    })
    expect(came().filter((text) => texts.includes(text))).toEqual(texts)
    for (const { suited } of stage.fleet.replicas) {
      await until('a ready replica', async () => (await fetch(`${suited.url}/readyz`)).ok)
    }
    expect(stage.wrong).toEqual([])
  }

  test('of a dispatch holds up that of the others for a second, and no order is lost', async () => {
    const [first, second] = corpids
    await pauseIn('events', 'OLD.dispatch_at IS NOT NULL AND NEW.dispatch_at IS NULL', () =>
      write(first, 'dispatched 1'),
    )
    await write(first, 'dispatched 2')
    await comesSoon('dispatched 1', 'dispatched 2')
    await write(second, 'dispatched 3')
    await allDone('dispatched 1', 'dispatched 2', 'dispatched 3')
  })

  test('at the end of a delivery holds up what others dispatch for a second', async () => {
    const [first, second] = corpids
    await pauseIn('deliveries', "OLD.status = 'pending' AND NEW.status = 'done'", () =>
      write(first, 'ended 1'),
    )
    // What is behind the one that ends, and so what is dispatched with it, waits for that lock.
    await write(first, 'ended 3')
    await write(second, 'ended 2')
    await comesSoon('ended 2')
    await allDone('ended 1', 'ended 2', 'ended 3')
  })
})
