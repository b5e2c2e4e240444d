import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import type { Database, Query } from '../../../../src/store/postgres/connection/database'
import { texts } from '../../../../src/store/postgres/connection/database'
import { sqlStateOf } from '../../../../src/store/postgres/connection/failure'
import { describeWithTool } from '../../../optional-tool'
import { newDatabase, sharedServer } from '../../../postgres/database'
import { findPostgres } from '../../../postgres/server'
import { codeOf } from '../../conformance/bench'
import { timed, usePools } from './pool-bench'

const raise = (state: string) =>
  `DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '${state}'; END $$`

const sleep = 'SELECT pg_sleep($1::float8)'

describeWithTool('PostgreSQL', findPostgres, 'the pool of connections', () => {
  const openPool = usePools()
  const open = async (connections = 2) =>
    openPool((await sharedServer()).urlOf('postgres'), connections)

  test('has each statement end in time on the server, and no paused replica hold a lock', async () => {
    const database = await open()
    const settings = await database.query<{ name: string; setting: string }>(
      "SELECT name, setting FROM pg_settings WHERE name LIKE '%timeout' AND source = 'client'",
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      statement_timeout: '3000',
      idle_in_transaction_session_timeout: '1000',
      tcp_user_timeout: '10000',
    })
    const [long] = await database.query<{ most: string }>(
      "SELECT current_setting('statement_timeout') AS most",
      [],
      { withinMs: 20_000 },
    )
    expect(long?.most).toBe('20s')
  })

  test('makes a connection where all that there are have work', async () => {
    const database = openPool(await newDatabase(), 8)
    const all = Promise.withResolvers<void>()
    let begun = 0
    const pids = new Set<number>()
    const work = async (query: Query) => {
      const [row] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      pids.add(row!.pid)
      if (++begun === 6) all.resolve()
      if (begun > 3) await all.promise
    }
    for (let n = 0; n < 3; n++) await database.transaction(work)
    expect(pids.size).toBe(1)
    await Promise.all([1, 2, 3].map(() => database.transaction(work)))
    expect(pids.size).toBe(3)
    const [made] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND backend_type = 'client backend'`,
    )
    expect(made?.n).toBe(3)
  })

  test('a call is given up at its own deadline, and harms none beside it', async () => {
    const database = await open()
    const other = database.query<{ one: number }>('SELECT 1 AS one FROM pg_sleep(0.5)')
    const { ms, outcome } = await timed(database.query(sleep, [2.5], { withinMs: 100 }))
    expect(outcome.status).toBe('rejected')
    expect(ms).toBeLessThan(2000)
    expect(await other).toEqual([{ one: 1 }])
  })

  test('a call whose deadline comes while it waits is never run', async () => {
    const database = await open(1)
    await database.query('CREATE TEMP TABLE late (id int)')
    const busy = database.query(sleep, [0.3])
    const late = database.query('INSERT INTO late VALUES (1)', [], { withinMs: 50 })
    expect(await codeOf(late)).toBe('store_unavailable')
    await busy
    expect(await database.query('SELECT id FROM late')).toEqual([])
  })

  test('so many wait for a connection, and who comes then is refused at once', async () => {
    const database = await open(1)
    const busy = database.query(sleep, [0.3])
    const waiting = Array.from({ length: 2000 }, () => database.query('SELECT 1 AS one'))
    expect(await codeOf(database.query('SELECT 1'))).toBe('store_unavailable')
    expect(await database.query('SELECT 1 AS one', [], { withinMs: 4000 })).toEqual([{ one: 1 }])
    await busy
    expect(await Promise.all(waiting)).toHaveLength(2000)
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('each call is answered what it asked, however many mix and fail', async () => {
    const database = await open(3)
    const ask = async (n: number): Promise<boolean> => {
      const fails = n % 5 === 0
      const text = `SELECT $1::int AS n${n % 7}, $2::text AS text${fails ? ', 1 / ($1 - $1)' : ''}`
      const run = (query: Query) => query<Record<string, unknown>>(text, [n, `text ${n}`])
      const asked = n % 3 ? run(database.query) : database.transaction(run)
      const answer = await asked.catch(sqlStateOf)
      if (typeof answer === 'string') return fails && answer === '22012'
      return Bun.deepEquals([...answer], [{ [`n${n % 7}`]: n, text: `text ${n}` }])
    }
    const answers = await Promise.all(Array.from({ length: 600 }, (_, n) => ask(n)))
    expect(answers.filter((isRight) => !isRight)).toEqual([])
  })

  test('who can wait less long than others goes before them', async () => {
    const database = await open(1)
    const ended: string[] = []
    const note = (name: string) => () => ended.push(name)
    const calls = [database.query(sleep, [0.2]).then(note('under way'))]
    for (const name of ['first', 'second']) {
      calls.push(database.query('SELECT 1').then(note(name)))
    }
    calls.push(database.query('SELECT 1', [], { withinMs: 3000 }).then(note('in a hurry')))
    await Promise.all(calls)
    expect(ended).toEqual(['under way', 'in a hurry', 'first', 'second'])
  })

  describe('a transaction', () => {
    test('that is late goes no further, and leaves nothing', async () => {
      const database = await open(1)
      await database.query('CREATE TEMP TABLE late (id int)')
      const late = database.transaction(
        async (query) => {
          await query('INSERT INTO late VALUES (1)')
          await query(sleep, [0.3])
          await query('INSERT INTO late VALUES (2)')
        },
        { withinMs: 100 },
      )
      expect(await codeOf(late)).toBe('store_unavailable')
      expect(await database.query('SELECT id FROM late')).toEqual([])
    })

    test('that fails leaves nothing', async () => {
      const database = await open(1)
      await database.query('CREATE TEMP TABLE failed (id int)')
      const failing = database.transaction(async (query) => {
        await query('INSERT INTO failed VALUES (1)')
        throw new RangeError('no')
      })
      await expect(failing).rejects.toBeInstanceOf(RangeError)
      expect(await database.query('SELECT id FROM failed')).toEqual([])
    })

    test('that another one stands in the way of is done again', async () => {
      const database = await open(2)
      await database.query('CREATE TABLE IF NOT EXISTS met (id int PRIMARY KEY, n int)')
      await database.query('INSERT INTO met VALUES (1, 0), (2, 0)')
      const both = Promise.withResolvers<void>()
      let begun = 0
      const addInOrder = (order: number[]) => async (query: Query) => {
        await query("SET LOCAL deadlock_timeout = '10ms'")
        for (const id of order) {
          await query('UPDATE met SET n = n + 1 WHERE id = $1::int', [id])
          if (++begun === 2) both.resolve()
          await both.promise
        }
      }
      await Promise.all([
        database.transaction(addInOrder([1, 2])),
        database.transaction(addInOrder([2, 1])),
      ])
      const rows = await database.query('SELECT n FROM met')
      await database.query('DROP TABLE met')
      expect(rows).toEqual([{ n: 2 }, { n: 2 }])
      expect(begun).toBeGreaterThan(4)
    })

    test('that stood still for too long is undone by the server, and done again', async () => {
      const database = await open(2)
      await database.query('CREATE TABLE IF NOT EXISTS still (n int)')
      const tried: number[] = []
      const before = Promise.withResolvers<void>()
      await database.transaction(async (query) => {
        const n = tried.push(tried.length)
        await query("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        await query('INSERT INTO still VALUES ($1::int)', [n])
        if (n > 1) return
        await Bun.sleep(300)
        // Nothing is left on which this could run.
        await query('INSERT INTO still VALUES (0)').catch(() => undefined)
        before.resolve()
      })
      await before.promise
      const rows = await database.query('SELECT n FROM still')
      await database.query('DROP TABLE still')
      expect(rows).toEqual([{ n: 2 }])
    })

    test('is done three times at most', async () => {
      const database = await open()
      let tries = 0
      const failing = database.transaction(async (query) => {
        tries++
        await query(raise('40001'))
      })
      expect(await codeOf(failing)).toBe('store_unavailable')
      expect(tries).toBe(3)
    })
  })

  describe('a failure', () => {
    const failureOf = async (database: Database, state: string): Promise<unknown> =>
      database.query(raise(state)).then(
        () => null,
        (error: unknown) => error,
      )

    test.each(
      // biome-ignore format: a table
      ['08006', '57P01', '57P02', '57P03', '57014', '53100', '53300', '25006', '25P03', '25P04', '40001', '40P01', '28P01', '42501', '42P01', '42703', '3F000', '58030', 'XX001'],
    )('of state %s is the database’s, and may be over soon', async (state) => {
      const failure = await failureOf(await open(), state)
      expect(failure).toBeInstanceOf(ServiceError)
      expect(failure).toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 })
      expect(sqlStateOf((failure as Error).cause)).toBe(state)
    })

    test.each(['23505', '22001', '42601', '0A000'])(
      'of state %s is a mistake of ours, and stays what it is',
      async (state) => {
        const failure = await failureOf(await open(), state)
        expect(failure).not.toBeInstanceOf(ServiceError)
        expect(sqlStateOf(failure)).toBe(state)
      },
    )

    test.each([
      ['25006', 'has to name the primary'],
      ['25P03', 'stood still'],
      ['25P04', 'transaction_timeout'],
      ['42501', 'GRANT ALL ON ALL TABLES'],
      ['42P01', 'run the version of suited that fits'],
      ['53100', 'make room'],
      ['53300', 'max_connections'],
      ['57014', 'pg_locks'],
    ])('of state %s says what to do about it', async (state, word) => {
      const failure = await failureOf(await open(), state)
      expect((failure as Error).message).toStartWith(`The database fails (${state}`)
      expect((failure as Error).message).toContain(word)
    })

    test('to find its host is told from a refusal of that host', async () => {
      const askOf = (where: string) =>
        openPool(`postgres://suited@${where}/x`, 1)
          .query('SELECT 1')
          .catch(({ message }: Error) => message)
      expect(await askOf('nowhere.invalid:5432')).toContain(
        'the name nowhere.invalid has no address',
      )
      const refused = await askOf('localhost:1')
      expect(refused).toContain('(ERR_POSTGRES_CONNECTION_REFUSED). Nothing listens at localhost:1')
      expect(refused).toContain('listen_addresses')
    })

    test('holds no password, wherever it comes from', async () => {
      const { port } = await sharedServer()
      for (const where of [
        `127.0.0.1:${port}/postgres`,
        `127.0.0.1:${port}/none`,
        '127.0.0.1:1/x',
      ]) {
        const database = openPool(`postgres://nobody:pass-word@${where}`, 1)
        const failure = await database.query('SELECT 1').catch((error: unknown) => error)
        expect(failure).toMatchObject({ code: 'store_unavailable' })
        expect(Bun.inspect(failure)).not.toContain('pass-word')
      }
    })
  })

  test('U+0000 is left out of texts, which takes none of a batch with it', async () => {
    const database = await open()
    const rows = await database.query<{ text: string }>(
      'SELECT $1::text AS text UNION ALL SELECT text FROM unnest($2::text[]) AS t (text)',
      ['a\0b', texts(['\0', 'c\0\0', 'd', null])],
    )
    expect(rows.map(({ text }) => text)).toEqual(['ab', '', 'c', 'd', null as never])
  })

  test('nothing is to be had of it once it is closed', async () => {
    const database = await open()
    await database.close()
    expect(await codeOf(database.query('SELECT 1'))).toBe('store_unavailable')
    expect(await codeOf(database.transaction((query) => query('SELECT 1')))).toBe(
      'store_unavailable',
    )
    expect(await codeOf(database.listen('suited', () => undefined))).toBe('store_unavailable')
    await database.close()
  })
})
