import { expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../../../src/clock'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { createBell } from '../../../../src/store/postgres/replicas/bell'
import { createChanges } from '../../../../src/store/postgres/replicas/changes'
import { createLives, nothingSeen } from '../../../../src/store/postgres/replicas/lives'
import type { Occasion } from '../../../../src/store/replicas/bell'
import type { Change } from '../../../../src/store/replicas/changes'
import { createManualClock } from '../../../manual-clock'
import { describeWithTool } from '../../../optional-tool'
import { emptyDatabase } from '../../../postgres/database'
import { mayStandStill } from '../../../postgres/patience'
import { findPostgres } from '../../../postgres/server'

const report = { startedAt: 7, version: '1.0.0', settings: 'abc', seen: nothingSeen }

const tell = (database: Database, by: string, what: Change, at: number) =>
  database.query('INSERT INTO changes (at, by, what) VALUES ($1::bigint, $2, $3)', [
    at,
    by,
    JSON.stringify(what),
  ])

describeWithTool('PostgreSQL', findPostgres, 'replicas', () => {
  test('live for as long as was said, and no longer', async () => {
    const { database } = await emptyDatabase()
    const clock = createManualClock(1_795_330_800_000)
    const lives = ['a', 'b'].map((owner) => createLives({ database, clock, owner }))
    for (const life of lives) {
      expect(await life.renewLife(report, 12 * secondMs)).toBe(clock.now())
    }
    await clock.advance(11 * secondMs)
    await lives[1]?.renewLife({ ...report, seen: { ...nothingSeen, codesInHand: 2 } }, 12_000)
    expect((await lives[0]?.listReplicas())?.map(({ id }) => id)).toEqual(['a', 'b'])
    await clock.advance(secondMs)
    expect(await lives[0]?.listReplicas()).toEqual([
      { ...report, id: 'b', seen: { ...nothingSeen, codesInHand: 2 } },
    ])
    await lives[1]?.endLife()
    expect(await lives[0]?.listReplicas()).toEqual([])
  })

  test('are told of by the database’s clock where none is given', async () => {
    const { database } = await emptyDatabase()
    const life = createLives({ database, clock: null, owner: 'a' })
    const at = await life.renewLife(report, 12 * secondMs)
    expect(Math.abs(at - Date.now())).toBeLessThan(10 * secondMs)
    expect(await life.listReplicas()).toMatchObject([{ id: 'a' }])
  })

  test('show what they see of one of another version', async () => {
    const { database } = await emptyDatabase()
    await database.query(
      `INSERT INTO replicas (id, started_at, version, settings, alive_until, seen)
       VALUES ('a', 7, '1.0.0', 'abc', 99999999999999, '{"codesInHand":1,"moods":[]}')`,
    )
    const lives = createLives({ database, clock: null, owner: 'b' })
    expect(await lives.listReplicas()).toMatchObject([
      { seen: { codesInHand: 1, endpoints: null } },
    ])
  })

  const feedStage = async () => {
    const { database } = await emptyDatabase()
    const clock = createManualClock(1_795_330_800_000)
    let monotonic = 0
    const changes = createChanges({ database, clock, owner: 'a', monotonicMs: () => monotonic })
    return {
      database,
      changes,
      clock,
      pass(ms: number) {
        monotonic += ms
        return clock.advance(ms)
      },
    }
  }

  const keys: Change = { what: 'keys' }
  const corp: Change = { what: 'corp', suiteId: 'ww1', corpid: 'wpA' }

  test('read what others changed, once, and not what they changed themselves', async () => {
    const { database, changes, clock, pass } = await feedStage()
    await tell(database, 'b', keys, clock.now())
    const begun = await changes.changesSince(null)
    expect(begun).toMatchObject({ changes: [], missed: false })
    await tell(database, 'b', corp, clock.now())
    await tell(database, 'a', keys, clock.now())
    const first = await changes.changesSince(begun.cursor)
    expect(first).toMatchObject({ changes: [corp], missed: false })
    await pass(secondMs)
    const second = await changes.changesSince(first.cursor)
    expect(second.changes).toEqual([])
  })

  test('are told that they missed something by a row that says nothing, once, and read on', async () => {
    const { database, changes, clock, pass } = await feedStage()
    const begun = await changes.changesSince(null)
    for (const what of ['not JSON', 'null', '7', '{}']) {
      await database.query('INSERT INTO changes (at, by, what) VALUES ($1::bigint, $2, $3)', [
        clock.now(),
        'b',
        what,
      ])
    }
    await tell(database, 'b', corp, clock.now())
    const first = await changes.changesSince(begun.cursor)
    expect(first).toMatchObject({ changes: [corp], missed: true })
    await pass(secondMs)
    expect(await changes.changesSince(first.cursor)).toMatchObject({ changes: [], missed: false })
  })

  test('read what was committed late, under a number of before', async () => {
    const { database, changes, clock, pass } = await feedStage()
    const begun = await changes.changesSince(null)
    const late = Promise.withResolvers<void>()
    const inserted = Promise.withResolvers<void>()
    const slow = database.transaction(async (query) => {
      await mayStandStill(query)
      await query('INSERT INTO changes (at, by, what) VALUES ($1::bigint, $2, $3)', [
        clock.now(),
        'b',
        JSON.stringify(corp),
      ])
      inserted.resolve()
      await late.promise
    })
    await inserted.promise
    await tell(database, 'b', keys, clock.now())
    await pass(secondMs)
    const first = await changes.changesSince(begun.cursor)
    expect(first.changes).toEqual([keys])
    late.resolve()
    await slow
    await pass(3 * secondMs)
    expect((await changes.changesSince(first.cursor)).changes).toEqual([corp])
  })

  test('are told that they may have missed something after ten minutes', async () => {
    const { database, changes, clock, pass } = await feedStage()
    const begun = await changes.changesSince(null)
    await tell(database, 'b', corp, clock.now())
    await pass(10 * minuteMs + secondMs)
    expect(await changes.purgeChanges()).toBe(1)
    const again = await changes.changesSince(begun.cursor)
    expect(again).toMatchObject({ changes: [], missed: true })
    expect(await changes.changesSince(again.cursor)).toMatchObject({ missed: false })
  })

  const bellOf = (database: Database, owner: string) =>
    createBell({ database, owner, clock: systemClock, monotonicMs: () => performance.now() })

  test('hear each other’s bell, and not their own', async () => {
    const { database } = await emptyDatabase()
    const [a, b] = [bellOf(database, 'a'), bellOf(database, 'b')]
    const heardByA: Occasion[] = []
    const heardByB = Promise.withResolvers<Occasion>()
    a.subscribe((occasion) => heardByA.push(occasion))
    b.subscribe(heardByB.resolve)
    a.start()
    b.start()
    let isHeard = false
    heardByB.promise.then(() => {
      isHeard = true
    })
    while (!isHeard) {
      a.ring('events')
      await systemClock.sleep(20)
    }
    expect(await heardByB.promise).toBe('events')
    expect(heardByA).toEqual([])
    await Promise.all([a.stop(), b.stop()])
  })
})
