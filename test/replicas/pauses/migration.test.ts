/**
 * A replica of the binary that is paused (SIGSTOP) in the middle of a step of the tables, and goes
 * on (SIGCONT) after another one has started meanwhile.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '../../../src/store/postgres/connection/database'
import { migrate, schemaVersion } from '../../../src/store/postgres/schema/migrate'
import { migrations } from '../../../src/store/postgres/schema/migrations'
import type { RunningProcess } from '../../binary/process'
import { listening, type Suited } from '../../binary/suited'
import { until } from '../../binary/until'
import type { Wecom } from '../../binary/wecom'
import { useWorkshop } from '../../binary/workshop'
import { describeWithTool } from '../../optional-tool'
import { newDatabase } from '../../postgres/database'
import { openTestPool } from '../../postgres/pool'
import { findPostgres } from '../../postgres/server'
import { keyNamed } from '../../store/sealed-with'

const lock = 1958

/** Tables as before the first step, and a hold on that step once it has made one of its last. */
const beforeSql = [
  `CREATE TABLE schema_version (
     one boolean PRIMARY KEY DEFAULT true CHECK (one), version int NOT NULL, oldest int NOT NULL)`,
  'INSERT INTO schema_version (version, oldest) VALUES (0, 0)',
  `CREATE FUNCTION hold_step() RETURNS event_trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF to_regclass('suspected_corps') IS NOT NULL AND to_regclass('shared_work') IS NULL
     THEN PERFORM pg_advisory_xact_lock_shared(${lock}); END IF;
   END $$`,
  `CREATE EVENT TRIGGER hold_step ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
   EXECUTE FUNCTION hold_step()`,
]

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
  let paused: RunningProcess
  let replicas: readonly Suited[]

  const layout = async (of: Database) =>
    (await of.query<{ line: string }>(layoutSql)).map(({ line }) => line)

  beforeAll(async () => {
    wecom = workshop.wecom()
    const url = await newDatabase()
    database = openTestPool(url, 3)
    for (const statement of beforeSql) await database.query(statement)
    const settings = {
      ...wecom.settings,
      SUITED_STORE: url,
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    await database.transaction(
      async (query) => {
        await query(`SELECT pg_advisory_xact_lock(${lock})`)
        paused = await workshop.start(['serve'], { env: settings })
        await until(
          'the middle of the step',
          async () => (await database.query(waitsSql)).length > 0,
        )
        paused.signal('SIGSTOP')
      },
      { withinMs: 60_000 },
    )
    const other = await workshop.serve(settings)
    paused.signal('SIGCONT')
    replicas = [other, await listening(paused)]
  }, 90_000)
  afterAll(() => database?.close())

  test('leaves it to another one, which makes all of it, and both serve', async () => {
    expect(await schemaVersion(database)).toMatchObject({ version: migrations.at(-1)!.version })
    const whole = openTestPool(await newDatabase(), 1)
    await migrate(whole)
    expect(await layout(database)).toEqual(await layout(whole))
    await whole.close()

    const [other, back] = replicas as [Suited, Suited]
    wecom.pushTo(back)
    await wecom.giveTicket(back)
    const [corpid] = wecom.corpids
    await wecom.install(back, corpid)
    for (const { url, sign } of [other, back]) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
      expect((await sign(corpid)).status).toBe(200)
    }
  })

  test('tells of no failure but that it waited for its database', () => {
    const errors = replicas.map(({ logs }) =>
      logs()
        .filter(({ level }) => level === 'error')
        .map(({ message }) => message),
    )
    expect(errors).toEqual([[], ['the database is not there yet: waiting for it']])
  })
})
