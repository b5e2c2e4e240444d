import { beforeEach, expect, test } from 'bun:test'
import { systemClock } from '../../../../src/clock'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { sqlStateOf } from '../../../../src/store/postgres/connection/failure'
import { describeWithTool } from '../../../optional-tool'
import { newDatabase, sharedServer } from '../../../postgres/database'
import { findPostgres } from '../../../postgres/server'
import { hurriedClock, usePools } from './pool-bench'

describeWithTool('PostgreSQL', findPostgres, 'sessions that began with other settings', () => {
  const openPool = usePools()
  let url: string
  let name: string
  let admin: Database
  let database: Database

  beforeEach(async () => {
    url = await newDatabase()
    name = new URL(url).pathname.slice(1)
    admin = openPool((await sharedServer()).urlOf('postgres'), 1)
    database = openPool(url, 3, hurriedClock)
    await database.query('CREATE TABLE kept (n int)')
  })

  const set = (setting: string) => admin.query(`ALTER DATABASE ${name} SET ${setting}`)
  const reset = (setting: string) => admin.query(`ALTER DATABASE ${name} RESET ${setting}`)

  /** As a server does that is started anew, or an administrator. */
  const endSessions = () =>
    admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])

  const write = () => database.query('INSERT INTO kept VALUES (1)')

  /** The SQLSTATE with which a call fails; null: it succeeds. */
  const stateOf = (call: Promise<unknown>): Promise<string | null> =>
    call.then(
      () => null,
      (error: Error) => sqlStateOf(error.cause),
    )

  /** Until it succeeds, at most five seconds; how often it was tried. */
  const untilKept = async (call: () => Promise<unknown>): Promise<number> => {
    const from = performance.now()
    for (let tries = 1; ; tries++) {
      if ((await stateOf(call())) === null) return tries
      if (performance.now() - from > 5000) throw new Error('was refused for five seconds')
    }
  }

  const failsWith = async (state: string) => {
    await endSessions()
    const from = performance.now()
    let last: string | null = null
    while (last !== state && performance.now() - from < 5000) last = await stateOf(write())
    expect(last).toBe(state)
  }

  test.each([
    ['default_transaction_read_only', 'on', '25006'],
    ['search_path', 'elsewhere', '42P01'],
    ['role', 'pg_monitor', '42501'],
  ])(
    'are replaced when “%s = %s” is taken back, which they would keep',
    async (setting, value, state) => {
      await set(`${setting} = ${value}`)
      await failsWith(state)
      await reset(setting)
      await untilKept(write)
      await untilKept(() => database.transaction((query) => query('INSERT INTO kept VALUES (2)')))
    },
  )

  test('are replaced after the failure of a transaction too', async () => {
    await set('default_transaction_read_only = on')
    await failsWith('25006')
    await reset('default_transaction_read_only')
    await untilKept(() => database.transaction((query) => query('INSERT INTO kept VALUES (2)')))
  })

  test('are replaced once in a second at most, whatever the load, and closed', async () => {
    const frozen = { ...systemClock, alarm: () => () => undefined }
    database = openPool(url, 3, frozen)
    await database.query('SELECT 1')
    await set('default_transaction_read_only = on')
    await failsWith('25006')
    const pids = new Set<number>()
    let failures = 0
    const call = async () => {
      if ((await stateOf(write())) === '25006') failures++
      const [row] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      pids.add(row!.pid)
    }
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 20 }, call))
    expect(failures).toBe(100)
    expect(pids.size).toBeLessThanOrEqual(3)
    const from = performance.now()
    let sessions = Number.POSITIVE_INFINITY
    while (sessions > 3 && performance.now() - from < 5000) {
      const [open] = await admin.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1',
        [name],
      )
      sessions = open!.n
    }
    expect(sessions).toBeLessThanOrEqual(3)
  })
})
