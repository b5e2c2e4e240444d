import { describe, expect, test } from 'bun:test'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { WrongEncoding } from '../../../../src/store/postgres/schema/encoding'
import { ForeignTables } from '../../../../src/store/postgres/schema/foreign-tables'
import {
  migrate,
  ProgramTooOld,
  schemaVersion,
} from '../../../../src/store/postgres/schema/migrate'
import { type Migration, migrations } from '../../../../src/store/postgres/schema/migrations'
import { until } from '../../../binary/until'
import { describeWithTool } from '../../../optional-tool'
import { newDatabase, sharedServer } from '../../../postgres/database'
import { mayStandStill } from '../../../postgres/patience'
import { openTestPool } from '../../../postgres/pool'
import { findPostgres } from '../../../postgres/server'

const first: Migration = {
  version: 1,
  oldest: 1,
  statements: ['CREATE TABLE notes (id int PRIMARY KEY)', 'INSERT INTO notes VALUES (1)'],
}
const second: Migration = {
  version: 2,
  oldest: 1,
  statements: ["ALTER TABLE notes ADD COLUMN text text NOT NULL DEFAULT 'none'"],
}
const third: Migration = {
  version: 3,
  oldest: 3,
  statements: ['ALTER TABLE notes DROP COLUMN text'],
}

/** In which a callback is on disk, or refused. */
const callbackWithinMs = 900

describeWithTool('PostgreSQL', findPostgres, 'the migration of a database', () => {
  const withDatabases = async (count: number, work: (all: Database[]) => Promise<void>) => {
    const url = await newDatabase()
    const open = () => openTestPool(url, 3)
    const all = Array.from({ length: count }, open)
    try {
      await work(all)
    } finally {
      for (const database of all) await database.close()
    }
  }

  test('makes every table of this suited, once', async () => {
    await withDatabases(1, async ([database]) => {
      expect(await schemaVersion(database!)).toBeNull()
      await migrate(database!)
      const newest = migrations.at(-1)!.version
      expect((await schemaVersion(database!))?.version).toBe(newest)
      expect(await database!.query('SELECT corpid FROM corps')).toEqual([])
      await migrate(database!)
      expect((await schemaVersion(database!))?.version).toBe(newest)
    })
  })

  test.each(['LATIN1', 'SQL_ASCII'])(
    'is refused where the database keeps text as %s',
    async (encoding) => {
      const name = `in_${encoding.toLowerCase()}`
      const server = await sharedServer()
      const maker = openTestPool(server.urlOf('postgres'), 1)
      await maker.query(
        `CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`,
      )
      const database = openTestPool(server.urlOf(name), 1)
      const failure = await migrate(database).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(WrongEncoding)
      expect((failure as Error).message).toContain(`${name} has the encoding ${encoding}`)
      expect(await schemaVersion(database)).toBeNull()
      await database.close()
      await maker.query(`DROP DATABASE ${name}`)
      await maker.close()
    },
  )

  test.each([
    ['a table by a name of ours', 'CREATE TABLE events (id int)', 'events'],
    ['a view by one', 'CREATE VIEW corps AS SELECT 1', 'corps'],
    ['a type by one', "CREATE TYPE tokens AS ENUM ('a')", 'tokens'],
    [
      'a record of versions that isn’t ours',
      'CREATE TABLE schema_version (version text)',
      'schema_version',
    ],
  ])('is refused where something else has %s', async (_, foreign, name) => {
    await withDatabases(1, async ([database]) => {
      await database!.query(foreign)
      for (const _try of [1, 2]) {
        const failure = await migrate(database!).catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(ForeignTables)
        expect((failure as Error).message).toContain(name)
      }
      const [ours] = await database!.query("SELECT to_regclass('deliveries') AS deliveries")
      expect(ours).toEqual({ deliveries: null })
    })
  })

  test('makes nothing beside a table of something else by a name of ours', async () => {
    await withDatabases(1, async ([database]) => {
      await database!.query('CREATE TABLE events (id int)')
      await migrate(database!).catch(() => undefined)
      expect(await schemaVersion(database!)).toBeNull()
    })
  })

  test('leaves tables of something else by other names alone', async () => {
    await withDatabases(1, async ([database]) => {
      await database!.query('CREATE TABLE orders (id int)')
      await migrate(database!)
      expect(await database!.query('SELECT id FROM orders')).toEqual([])
    })
  })

  test('is done by one of many that begin at once, and the others find it done', async () => {
    await withDatabases(4, async (all) => {
      await Promise.all(all.map((database) => migrate(database, { steps: [first, second] })))
      expect(await all[0]!.query('SELECT id, text FROM notes')).toEqual([{ id: 1, text: 'none' }])
      expect(await schemaVersion(all[0]!)).toEqual({ version: 2, oldest: 1 })
    })
  })

  test('leaves nothing of a step that fails, and all of those before it', async () => {
    await withDatabases(1, async ([database]) => {
      const broken = { ...second, statements: [...second.statements, 'SELECT * FROM nowhere'] }
      await expect(migrate(database!, { steps: [first, broken] })).rejects.toThrow('nowhere')
      expect(await database!.query('SELECT * FROM notes')).toEqual([{ id: 1 }])
      expect(await schemaVersion(database!)).toEqual({ version: 1, oldest: 1 })
    })
  })

  describe('while an older program runs', () => {
    test('leaves that one at work, and lets its like start as long as a step allows it', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(older!, { steps: [first] })
        const add = (id: number) => older!.query('INSERT INTO notes (id) VALUES ($1::int)', [id])
        await add(2)
        await migrate(newer!, { steps: [first, second] })
        await add(3)
        await migrate(older!, { steps: [first] })
        expect(await older!.query('SELECT id FROM notes ORDER BY id')).toHaveLength(3)
      })
    })

    test('is refused to start where a step went beyond it, with a word of what to do', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(newer!, { steps: [first, second, third] })
        const starting = migrate(older!, { steps: [first, second] })
        await expect(starting).rejects.toBeInstanceOf(ProgramTooOld)
        await expect(starting).rejects.toThrow('Start the newer suited')
        expect(await older!.query('SELECT id FROM notes')).toEqual([{ id: 1 }])
      })
    })

    test('lets a callback in on time that comes while it waits for a table', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(older!, { steps: [first] })
        const held = Promise.withResolvers<void>()
        const reading = older!.transaction(async (query) => {
          await mayStandStill(query)
          await query('SELECT id FROM notes')
          await held.promise
        })
        const migrating = migrate(newer!, { steps: [first, second] })
        await until('the wait', async () => {
          const [row] = await older!.query('SELECT 1 FROM pg_locks WHERE NOT granted')
          return row !== undefined
        })
        const add = 'INSERT INTO notes (id) VALUES (2)'
        expect(await older!.query(add, [], { withinMs: callbackWithinMs })).toEqual([])
        held.resolve()
        await Promise.all([reading, migrating])
        expect(await schemaVersion(newer!)).toEqual({ version: 2, oldest: 1 })
      })
    })

    test('holds up nobody for longer than a second where it is not gone on with, and is done again', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(older!, { steps: [first] })
        const idle = Promise.withResolvers<void>()
        let isPaused = false
        const paused: Database = {
          ...newer!,
          transaction: (work, options) =>
            newer!.transaction(
              (query) =>
                work(async (text, values) => {
                  const rows = await query<never>(text, values)
                  if (isPaused || !text.startsWith('ALTER')) return rows
                  isPaused = true
                  await idle.promise
                  return rows
                }),
              options,
            ),
        }
        const migrating = migrate(paused, { steps: [first, second] })
        await until('a pause', () => isPaused)
        const began = performance.now()
        expect(await older!.query('SELECT id FROM notes')).toEqual([{ id: 1 }])
        expect(performance.now() - began).toBeLessThan(2500)
        idle.resolve()
        await migrating
        expect(await schemaVersion(older!)).toEqual({ version: 2, oldest: 1 })
      })
    })

    test('that waited in vain says what holds the tables, and what to do', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(older!, { steps: [first] })
        const held = Promise.withResolvers<void>()
        let holder = 0
        const reading = older!.transaction(async (query) => {
          await mayStandStill(query)
          await query('SELECT id FROM notes')
          ;[{ pid: holder }] = (await query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }]
          await held.promise
        })
        await until('a lock', () => holder > 0)
        const clock = { sleep: async () => undefined }
        const failure: unknown = await migrate(newer!, {
          steps: [first, second],
          clock,
          tries: 2,
        }).catch((error: unknown) => error)
        held.resolve()
        await reading
        expect(failure).toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 10 })
        expect((failure as Error).message).toContain(`the process ${holder} (suited of suited, for`)
        expect((failure as Error).message).toContain('pg_terminate_backend')
      })
    })

    test('gives way to what holds a table, and goes on when that ends', async () => {
      await withDatabases(2, async ([older, newer]) => {
        await migrate(older!, { steps: [first] })
        const held = Promise.withResolvers<void>()
        const reading = older!.transaction(async (query) => {
          await mayStandStill(query)
          await query('SELECT id FROM notes')
          await held.promise
        })
        let pauses = 0
        await migrate(newer!, {
          steps: [first, second],
          clock: {
            sleep: async () => {
              pauses++
              // Nobody who reads waits behind the step meanwhile.
              expect(await older!.query('SELECT id FROM notes')).toEqual([{ id: 1 }])
              held.resolve()
              await reading
            },
          },
        })
        expect(pauses).toBe(1)
        expect(await schemaVersion(newer!)).toEqual({ version: 2, oldest: 1 })
      })
    })
  })
})
