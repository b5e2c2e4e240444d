import { afterAll, describe, expect, test } from 'bun:test'
import { SQL } from 'bun'
import { minuteMs } from '../../../../src/clock'
import { withoutKey } from '../../../../src/store/driver/sealing'
import { openPostgresEventLog } from '../../../../src/store/postgres/postgres-event-log'
import { openPostgresStore } from '../../../../src/store/postgres/postgres-store'
import { migrate } from '../../../../src/store/postgres/schema/migrate'
import { freshBytes } from '../../../fresh-bytes'
import { createManualClock } from '../../../manual-clock'
import { describeWithTool } from '../../../optional-tool'
import { newDatabase } from '../../../postgres/database'
import { openTestPool } from '../../../postgres/pool'
import { findPostgres, startPostgres } from '../../../postgres/server'
import { startMs } from '../../conformance/bench'
import { factRule } from '../../fact-rule'
import { createRecordingLog } from '../../recording-log'
import { driverCalls } from './driver-calls'
import { createExplainedDatabase } from './explained-database'
import { type Amounts, fillings } from './filling'

interface Run extends Amounts {
  /** How each statement is planned. */
  readonly settings: readonly string[]
  /** Methods that may look at more rows here. */
  readonly except: readonly string[]
  /** How many rows a statement may look at. */
  readonly mostRows: number
}

/** A small database is planned as if what is dear in a large one were dear in it as well. */
const small: Run = {
  companies: 500,
  events: 20_000,
  settings: ['enable_seqscan = off', 'enable_bitmapscan = off'],
  // Of less than a million events those that are done are counted. The latest attempts are counted
  // off, as many as are to stay.
  except: ['counts', 'purgeAttempts'],
  mostRows: 1000,
}

const big: Run = {
  companies: 100_000,
  events: 10_000_000,
  settings: [],
  except: ['purgeAttempts'],
  mostRows: 5000,
}

/** Of a method whose time is the database's. */
const byDatabase = ', by the database’s clock'

const isLong = Bun.env.SUITED_LONG_TESTS === '1'
const { companies, events, settings, except, mostRows } = isLong ? big : small

/** Many rows are quicker there while their indexes are not, and are not flushed meanwhile. */
const indexesOf = `
SELECT indexdef AS made, 'DROP INDEX ' || indexname AS dropped FROM pg_indexes
WHERE tablename = 'events' AND indexname NOT IN (
  SELECT conname FROM pg_constraint WHERE conrelid = 'events'::regclass)`

const fill = async (url: string): Promise<void> => {
  const database = openTestPool(url)
  await migrate(database)
  await database.close()
  const sql = new SQL(url, { max: 1 })
  const indexes: { made: string; dropped: string }[] = await sql.unsafe(indexesOf)
  for (const { dropped } of indexes) await sql.unsafe(dropped)
  const [ofCompanies, ofEvents, ...others] = fillings({ companies, events })
  await sql.unsafe(`${ofCompanies}; ${ofEvents}`)
  for (const { made } of indexes) await sql.unsafe(made)
  for (const statement of others) await sql.unsafe(statement)
  await sql.close()
}

/** A database with its tables filled: at large on a server of its own, which takes minutes. */
const openFilled = async (): Promise<{ url: string; remove(): Promise<void> }> => {
  if (!isLong) {
    const url = await newDatabase()
    await fill(url)
    return { url, remove: async () => {} }
  }
  const room = ['shared_buffers=512MB', 'maintenance_work_mem=512MB', 'max_wal_size=8GB']
  const server = await startPostgres(findPostgres() ?? '', { durable: false, settings: room })
  const url = server.urlOf('postgres')
  await fill(url)
  return { url, remove: server.remove }
}

describeWithTool('PostgreSQL', findPostgres, 'the statements of the drivers', () => {
  let close = async () => {}
  afterAll(() => close())

  describe(`among ${events} events of ${companies} companies`, () => {
    test(
      'walk over no table, and look at few rows',
      async () => {
        const { url, remove } = await openFilled()
        const pool = openTestPool(url, 2)
        close = async () => {
          await pool.close()
          await remove()
        }
        const { database, explained, during } = createExplainedDatabase(pool, settings)
        const log = createRecordingLog()
        const failed: unknown[] = []
        // By the database's own clock too: what its time is compared with must go by an index.
        for (const clock of [createManualClock(startMs), null]) {
          const parts = { database, clock, sealing: withoutKey, owner: 'replica-1', log }
          const drivers = {
            log: openPostgresEventLog({ ...parts, factRule, appendWithinMs: 5000 }),
            store: openPostgresStore({ ...parts, freshBytes }),
          }
          for (const [name, call] of driverCalls) {
            during(clock === null ? `${name}${byDatabase}` : name)
            await call(drivers).catch((error) => failed.push({ call: name, error: String(error) }))
          }
        }
        const wrong = explained
          .filter(({ call }) => !except.includes(call.replace(byDatabase, '')))
          .filter(({ rows }) => rows > mostRows)
        expect([...failed, ...wrong]).toEqual([])
        expect(new Set(explained.map(({ text }) => text)).size).toBeGreaterThan(100)
      },
      60 * minuteMs,
    )
  })
})
