/** A move from a data folder into PostgreSQL, and back into another folder. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { type EndSettings, moveSource } from '../../../src/runtime/move/open-ends'
import { accessDatabase } from '../../../src/runtime/storage/database-access'
import { databaseSettingsOf } from '../../../src/runtime/storage/database-member'
import { differences, surveyOf } from '../../../src/store/move/move'
import type { Database } from '../../../src/store/postgres/connection/database'
import { until } from '../../binary/until'
import { project } from '../../conventions/sources'
import { describeWithTool } from '../../optional-tool'
import { newDatabase } from '../../postgres/database'
import { openTestPool } from '../../postgres/pool'
import { findPostgres } from '../../postgres/server'
import { corp } from '../../store/conformance/records'
import { fillWithEverything } from '../../store/move/everything'
import { keyNamed } from '../../store/sealed-with'
import { move, settingsOf, silentLog, useFilledFolder, within } from './move-bench'

const { suiteId } = corp()

describeWithTool('PostgreSQL', findPostgres, 'the move into a database and back', () => {
  const bench = useFilledFolder()
  let to: string
  let database: Database
  const there = (key = 'b') => settingsOf(bench.pathOf('none'), key, to)

  beforeEach(async () => {
    to = await newDatabase()
    database = openTestPool(to)
  })
  afterEach(() => database.close())

  const surveyThere = async (settings: EndSettings = there()) => {
    const source = await moveSource(settings, silentLog)
    try {
      return await surveyOf(source.holding)
    } finally {
      await source.close()
    }
  }

  test('brings everything there and everything back, each under the key of its end', async () => {
    const from = bench.filled
    expect(await move({ from, to, key: 'b' })).toMatchObject({ kind: 'moved', damaged: [] })
    const here = await within(from, surveyOf)
    expect(differences(here, await surveyThere())).toEqual([])
    expect((await move({ from, to, key: 'b' })).kind).toBe('was_there')

    const back = bench.pathOf('back')
    expect(await move({ from: there(), to: back, key: 'c' })).toMatchObject({ kind: 'moved' })
    expect(differences(here, await within(settingsOf(back, 'c'), surveyOf))).toEqual([])
    expect((await move({ from: there(), to: back, key: 'c' })).kind).toBe('was_there')
  })

  test('writes nothing over something else', async () => {
    await move({ from: bench.filled, to, key: 'b' })
    const other = settingsOf(bench.pathOf('other'), 'a')
    await within(other, (folder) => fillWithEverything(folder, { companies: 2, events: 5 }))
    const outcome = await move({ from: other, to, key: 'b' })
    expect(outcome.kind).toBe('other_there')
    expect(differences(await within(bench.filled, surveyOf), await surveyThere())).toEqual([])
  })

  test('killed in the middle it leaves half, on which nothing starts, and begins anew', async () => {
    const from = bench.filled
    await within(from, async ({ eventLog }) => {
      const [kept] = (await eventLog.listKeptEvents()).items
      for (let n = 0; n < 3000; n += 500) {
        const some = Array.from({ length: 500 }, (_, i) => ({ ...kept!, id: `more-${n + i}` }))
        await eventLog.addKeptEvents(some)
      }
    })
    const command = [
      'bun',
      'src/main.ts',
      'migrate',
      '--to',
      to,
      '--data-dir',
      from.SUITED_DATA_DIR,
    ]
    const child = Bun.spawn(command, {
      cwd: project,
      env: { PATH: Bun.env.PATH ?? '', SUITED_ENCRYPTION_KEY: keyNamed('a').toString('base64') },
      stdout: 'ignore',
      stderr: 'ignore',
    })
    const marked = () =>
      database
        .query("SELECT 1 FROM meta WHERE name = 'move' AND (SELECT count(*) FROM events) > 0")
        .then(({ length }) => length > 0)
        .catch(() => false)
    await until('half of the events', marked)
    child.kill('SIGKILL')
    await child.exited

    await expect(moveSource(there('a'), silentLog)).rejects.toThrow('Run suited migrate again')
    // What lived there counts for twelve seconds; a test ends them.
    await database.query('DELETE FROM replicas')
    expect(await move({ from, to, key: 'a' })).toMatchObject({ kind: 'moved' })
    expect(differences(await within(from, surveyOf), await surveyThere(there('a')))).toEqual([])
  }, 90_000)

  test('is refused into the database that it comes from', async () => {
    const moved = move({ from: there('a'), to, key: 'a' })
    await expect(moved).rejects.toThrow('let --to name another place')
  })

  test('names its flag where what that says leads to no database', async () => {
    const nowhere = to.replace(/[^/]+$/, 'nowhere')
    await expect(move({ from: bench.filled, to: nowhere, key: 'b' })).rejects.toThrow(
      'create it, or name another in --to.',
    )
  })

  test('is refused while somebody works on the database, at either end', async () => {
    await move({ from: bench.filled, to, key: 'b' })
    const replica = await accessDatabase(databaseSettingsOf(there()), silentLog)
    await expect(surveyThere()).rejects.toMatchObject({ exitCode: 75 })
    await expect(move({ from: bench.filled, to, key: 'b' })).rejects.toMatchObject({ exitCode: 75 })
    await replica.close()
    expect((await surveyThere()).damaged).toEqual([])
  })

  test('names a record that does not open, and goes without it only when it is told to', async () => {
    const from = bench.filled
    await move({ from, to, key: 'b' })
    await database.query(
      "UPDATE corps SET record = replace(record, 'v1:', 'v9:') WHERE corpid = $1",
      ['wpCorp_2'],
    )
    await database.query("UPDATE events SET body = 'enc:v9:x' WHERE id = 'event-000003'")
    const wanted = { from: there(), to: bench.pathOf('back'), key: 'c' }
    const damaged = [
      { what: 'event event-000003' },
      { what: `company wpCorp_2 of suite ${suiteId}` },
    ]
    expect(await move(wanted)).toMatchObject({ kind: 'damaged', damaged })
    const back = settingsOf(wanted.to, 'c')
    await expect(within(back, surveyOf)).rejects.toThrow('Run suited migrate again')
    expect(await move({ ...wanted, leaveDamaged: true })).toMatchObject({ kind: 'moved', damaged })
    await within(back, async ({ store, eventLog }) => {
      expect(await store.loadCorp(suiteId, 'wpCorp_1')).not.toBeNull()
      expect(await store.loadCorp(suiteId, 'wpCorp_2')).toBeNull()
      expect(await eventLog.get('event-000003')).toBeNull()
    })
  })
})
