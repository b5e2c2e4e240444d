import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { describeWithTool } from '../../../optional-tool'
import { sharedServer } from '../../../postgres/database'
import { type Forwarder, openForwarder } from '../../../postgres/forwarder'
import { findPostgres } from '../../../postgres/server'
import { codeOf } from '../../conformance/bench'
import { hurriedClock, timed, usePools } from './pool-bench'

/** Of the hurried clock, in which five seconds are half a one. */
const deadlineMs = 500

/** Of a machine that has much else to do. */
const slackMs = 1500

describeWithTool('PostgreSQL', findPostgres, 'a connection that falls silent', () => {
  const openPool = usePools()
  let forwarder: Forwarder
  let database: Database

  beforeEach(async () => {
    forwarder = await openForwarder((await sharedServer()).port)
    database = openPool(`postgres://suited@127.0.0.1:${forwarder.port}/postgres`, 2, hurriedClock)
    expect(await Promise.all([isBack(), isBack()])).toEqual([true, true])
  })
  afterEach(() => forwarder.close())

  /** Whether a call is answered before long; the first one may come too soon. */
  const isBack = async () => {
    const from = performance.now()
    while (performance.now() - from < 5000) {
      if ((await timed(database.query('SELECT 1'))).outcome.status === 'fulfilled') return true
    }
    return false
  }

  test.each(['both ways', 'from the server'] as const)(
    'fails its calls in time, and has a new pool take its place: %s',
    async (direction) => {
      forwarder.cutStanding(direction)
      const hanging = Array.from({ length: 5 }, () => timed(database.query('SELECT 1')))
      for (const { ms, outcome } of await Promise.all(hanging)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
        expect(ms).toBeLessThan(deadlineMs + slackMs)
      }
      expect(await isBack()).toBe(true)
    },
  )

  test('in the middle of a transaction leaves nothing of it, and no lock for long', async () => {
    const direct = openPool((await sharedServer()).urlOf('postgres'))
    await direct.query('CREATE TABLE IF NOT EXISTS silent (id int PRIMARY KEY)')
    const broken = database.transaction(async (query) => {
      await query("SET LOCAL idle_in_transaction_session_timeout = '300ms'")
      await query('INSERT INTO silent VALUES (1)')
      forwarder.cutStanding('both ways')
      await query('INSERT INTO silent VALUES (2)')
    })
    expect(await codeOf(broken)).toBe('store_unavailable')
    await direct.query('INSERT INTO silent VALUES (1)')
    const rows = await direct.query('SELECT id FROM silent')
    await direct.query('DROP TABLE silent')
    expect(rows).toEqual([{ id: 1 }])
    expect(await isBack()).toBe(true)
  })

  test('has others fail in time while the cut lasts, and works again when it ends', async () => {
    forwarder.cut('both ways')
    for (let round = 0; round < 3; round++) {
      const { ms, outcome } = await timed(database.query('SELECT 1'))
      expect(outcome.status).toBe('rejected')
      expect(ms).toBeLessThan(deadlineMs + slackMs)
    }
    forwarder.heal()
    expect(await isBack()).toBe(true)
  })

  test('is not taken for the work of a short deadline: that one alone is given up', async () => {
    forwarder.cutStanding('both ways')
    const { ms, outcome } = await timed(database.query('SELECT 1', [], { withinMs: 900 }))
    expect(outcome.status).toBe('rejected')
    expect(ms).toBeLessThan(deadlineMs)
  })

  test('does not hold up a listener beyond the deadline', async () => {
    forwarder.cut('both ways')
    const { ms, outcome } = await timed(database.listen('suited', () => undefined))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
    expect(ms).toBeLessThan(deadlineMs + slackMs)
  })

  describe('as a listener', () => {
    test('can be ended at once, and another one hears', async () => {
      const heard: string[] = []
      const end = await database.listen('suited', (payload) => heard.push(payload))
      forwarder.cutStanding('both ways')
      expect((await timed(end())).ms).toBeLessThan(slackMs)
      const first = Promise.withResolvers<string>()
      const endNext = await database.listen('suited', first.resolve)
      const direct = openPool((await sharedServer()).urlOf('postgres'))
      await direct.query("SELECT pg_notify('suited', 'changes')")
      expect(await first.promise).toBe('changes')
      expect(heard).toEqual([])
      await endNext()
    })
  })
})
