/**
 * A replica of the binary that is paused (SIGSTOP) in the middle of a step of the tables, and goes
 * on (SIGCONT) after another one has started meanwhile.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '../../../src/store/postgres/connection/database'
import { migrate, schemaVersion } from '../../../src/store/postgres/schema/migrate'
import { migrations } from '../../../src/store/postgres/schema/migrations'
import { builtWith } from '../../binary/build'
import type { RunningProcess } from '../../binary/process'
import { listening, type Suited } from '../../binary/suited'
import { until } from '../../binary/until'
import type { Wecom } from '../../binary/wecom'
import { useWorkshop } from '../../binary/workshop'
import { describeWithTool } from '../../optional-tool'
import { newDatabase } from '../../postgres/database'
import { mayStandStill } from '../../postgres/patience'
import { openTestPool } from '../../postgres/pool'
import { findPostgres } from '../../postgres/server'
import { keyNamed } from '../../store/sealed-with'
import { furtherStep } from '../rolling'

const lock = 1958
const newest = migrations.at(-1)!.version

/** Tables as before the first step. */
const beforeSql = [
  `CREATE TABLE schema_version (
     one boolean PRIMARY KEY DEFAULT true CHECK (one), version int NOT NULL, oldest int NOT NULL)`,
  'INSERT INTO schema_version (version, oldest) VALUES (0, 0)',
]

/** A hold on a step once a condition is true of what it has made: in its middle. */
const holdSql = (when: string) => [
  `CREATE OR REPLACE FUNCTION hold_step() RETURNS event_trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF ${when} THEN PERFORM pg_advisory_xact_lock_shared(${lock}); END IF;
   END $$`,
  'DROP EVENT TRIGGER IF EXISTS hold_step',
  `CREATE EVENT TRIGGER hold_step ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE')
   EXECUTE FUNCTION hold_step()`,
]

const hasColumn = (table: string) => `EXISTS (
  SELECT 1 FROM information_schema.columns WHERE table_name = '${table}' AND column_name = 'further')`

const waitsSql = `
  SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE locktype = 'advisory' AND objid = ${lock} AND NOT granted AND datname = current_database()`

/** What stands there of tables, their columns and their indexes. */
const layoutSql = `
  SELECT table_name || '.' || column_name || ' ' || data_type AS line
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`

describeWithTool('PostgreSQL', findPostgres, 'a replica that is paused in a migration', () => {
  const workshop = useWorkshop(afterAll)
  let database: Database
  let wecom: Wecom
  let settings: Record<string, string>

  const start = async (program: string) =>
    workshop.startProgram([program, 'serve'], { env: settings, cwd: await workshop.folder() })

  /** Starts it, and stops it in the middle of its step; what comes back goes on with it. */
  const pausedIn = async (program: string, when: string): Promise<RunningProcess> => {
    for (const statement of holdSql(when)) await database.query(statement)
    return database.transaction(
      async (query) => {
        await mayStandStill(query)
        await query(`SELECT pg_advisory_xact_lock(${lock})`)
        const paused = await start(program)
        await until('the middle', async () => (await database.query(waitsSql)).length > 0)
        paused.signal('SIGSTOP')
        return paused
      },
      { withinMs: 60_000 },
    )
  }

  const layout = async (of: Database) =>
    (await of.query<{ line: string }>(layoutSql)).map(({ line }) => line)

  /** What each said that an operator is to look at. */
  const troubles = (replicas: readonly Suited[]) =>
    replicas.flatMap(({ logs }) => logs().filter(({ level }) => level === 'error'))

  const allServe = async (replicas: readonly Suited[]) => {
    for (const { url, sign } of replicas) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
      expect((await sign(wecom.corpids[0])).status).toBe(200)
    }
  }

  let replicas: readonly [Suited, Suited]
  /** What both had made and said, before any further step. */
  let made: {
    readonly version: number | undefined
    readonly layout: readonly string[]
    readonly troubles: readonly unknown[]
  }

  beforeAll(async () => {
    wecom = workshop.wecom()
    const url = await newDatabase()
    database = openTestPool(url, 3)
    settings = {
      ...wecom.settings,
      SUITED_STORE: url,
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    for (const statement of beforeSql) await database.query(statement)
    const paused = await pausedIn(
      workshop.binary(),
      `to_regclass('suspected_corps') IS NOT NULL AND to_regclass('shared_work') IS NULL`,
    )
    const other = await listening(await start(workshop.binary()))
    paused.signal('SIGCONT')
    replicas = [other, await listening(paused)]
    wecom.pushTo(other)
    await wecom.giveTicket(other)
    await wecom.install(other, wecom.corpids[0])
    const version = (await schemaVersion(database))?.version
    made = { version, layout: await layout(database), troubles: troubles(replicas) }
  }, 90_000)
  afterAll(() => database?.close())

  test('leaves it to another one, which makes all of it, and both serve', async () => {
    const whole = openTestPool(await newDatabase(), 1)
    await migrate(whole)
    expect(made).toEqual({ version: newest, layout: await layout(whole), troubles: [] })
    await whole.close()
    await allServe(replicas)
  })

  test('holds up older ones for no longer than seconds, and is overtaken by its like', async () => {
    const [older] = replicas
    const newer = await builtWith(furtherStep)
    const paused = await pausedIn(newer, `${hasColumn('corps')} AND NOT ${hasColumn('tokens')}`)
    const began = performance.now()
    const { pusher } = wecom.simulator
    await until('a callback that is taken', async () => {
      return (await pusher.message(wecom.suiteId, wecom.corpids[0], { text: 'on' })).ok
    })
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await schemaVersion(database)).toMatchObject({ version: newest })
    const other = await listening(await start(newer))
    paused.signal('SIGCONT')
    const back = await listening(paused)
    expect(await schemaVersion(database)).toMatchObject({ version: newest + 1 })
    for (const table of ['events', 'deliveries', 'corps', 'tokens', 'leases', 'replicas']) {
      expect(await database.query(`SELECT 1 WHERE ${hasColumn(table)}`)).toHaveLength(1)
    }
    await allServe([older, other, back])
    expect(troubles([other, back])).toEqual([])
  })
})
