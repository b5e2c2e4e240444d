/** A move from a data folder into PostgreSQL, and back into another folder. */
import { beforeAll, expect, test } from 'bun:test'
import { type EndSettings, moveSource, moveTarget } from '../../../src/runtime/move/open-ends'
import type { MoveOutcome } from '../../../src/runtime/move/run-move'
import { accessDatabase } from '../../../src/runtime/storage/database-access'
import { databaseSettingsOf } from '../../../src/runtime/storage/database-member'
import { differences, surveyOf } from '../../../src/store/move/move'
import { until } from '../../binary/until'
import { project } from '../../conventions/sources'
import { describeWithTool } from '../../optional-tool'
import { newDatabase } from '../../postgres/database'
import { openTestPool } from '../../postgres/pool'
import { findPostgres } from '../../postgres/server'
import { corp } from '../../store/conformance/records'
import { keyNamed } from '../../store/sealed-with'
import { move, settingsOf, silentLog, useFilledFolder, within } from './move-bench'

const { suiteId } = corp()
const long = Bun.env.SUITED_LONG_TESTS === '1'

describeWithTool('PostgreSQL', findPostgres, 'the move into a database and back', () => {
  const bench = useFilledFolder()
  /** Into which all was moved before the tests: they leave it as it is. */
  let full: string
  let outcome: MoveOutcome
  const there = (to = full, key = 'b') => settingsOf(bench.pathOf('none'), key, to)

  beforeAll(async () => {
    full = await newDatabase()
    outcome = await move({ from: bench.template.filled(), to: full, key: 'b' })
  })

  const surveyThere = async (settings: EndSettings = there()) => {
    const source = await moveSource(settings, silentLog)
    try {
      return await surveyOf(source.holding)
    } finally {
      await source.close()
    }
  }

  test('brings everything there and everything back, each under the key of its end', async () => {
    expect(outcome).toMatchObject({ kind: 'moved', damaged: [] })
    expect((await move({ from: bench.filled, to: full, key: 'b' })).kind).toBe('was_there')

    const back = bench.pathOf('back')
    expect(await move({ from: there(), to: back, key: 'c' })).toMatchObject({ kind: 'moved' })
    const home = await within(settingsOf(back, 'c'), surveyOf)
    expect(differences(bench.survey, home)).toEqual([])
  })

  test('opens what is there with the key of before, where that is given', async () => {
    const [from, to] = [bench.filled, await newDatabase()]
    await move({ from, to, key: 'b' })
    const after = { ...from, SUITED_PREVIOUS_ENCRYPTION_KEY: keyNamed('b') }
    expect((await move({ from: after, to, key: 'c' })).kind).toBe('was_there')
    const refused = await move({ from, to, key: 'd' }).catch((error: unknown) => error)
    expect((refused as Error).message).toContain('SUITED_PREVIOUS_ENCRYPTION_KEY')
  })

  test('writes nothing over something else', async () => {
    const from = bench.filled
    await within(from, ({ store }) => store.removeCorp(suiteId, 'wpCorp_1', () => true))
    expect((await move({ from, to: full, key: 'b' })).kind).toBe('other_there')
    expect(differences(bench.survey, await surveyThere())).toEqual([])
  })

  test('broken off it leaves half, on which nothing starts, and begins anew', async () => {
    const [from, to] = [bench.filled, await newDatabase()]
    const broken = move({ from, to, key: 'a', breakOff: true })
    await expect(broken).rejects.toThrow('it dies')
    await expect(surveyThere(there(to, 'a'))).rejects.toThrow('Run suited migrate again')
    expect(await move({ from, to, key: 'a' })).toMatchObject({ kind: 'moved' })
    expect(differences(bench.survey, await surveyThere(there(to, 'a')))).toEqual([])
  })

  test.if(long)(
    'killed in the middle of many events likewise',
    async () => {
      const [from, to] = [bench.filled, await newDatabase()]
      const here = await within(from, async (folder) => {
        const { eventLog } = folder
        const [kept] = (await eventLog.listKeptEvents()).items
        for (let n = 0; n < 3000; n += 500) {
          const some = Array.from({ length: 500 }, (_, i) => ({ ...kept!, id: `more-${n + i}` }))
          await eventLog.addKeptEvents(some)
        }
        return surveyOf(folder)
      })
      const words = ['migrate', '--to', to, '--data-dir', from.SUITED_DATA_DIR]
      const child = Bun.spawn(['bun', 'src/main.ts', ...words], {
        cwd: project,
        env: { PATH: Bun.env.PATH ?? '', SUITED_ENCRYPTION_KEY: keyNamed('a').toString('base64') },
        stdout: 'ignore',
        stderr: 'ignore',
      })
      const database = openTestPool(to)
      const marked = () =>
        database
          .query("SELECT 1 FROM meta WHERE name = 'move' AND (SELECT count(*) FROM events) > 0")
          .then(({ length }) => length > 0)
          .catch(() => false)
      await until('half of the events', marked)
      child.kill('SIGKILL')
      await child.exited

      await expect(moveSource(there(to, 'a'), silentLog)).rejects.toThrow(
        'Run suited migrate again',
      )
      // What lived there counts for twelve seconds; a test ends them.
      await database.query('DELETE FROM replicas')
      await database.close()
      expect(await move({ from, to, key: 'a' })).toMatchObject({ kind: 'moved' })
      expect(differences(here, await surveyThere(there(to, 'a')))).toEqual([])
    },
    90_000,
  )

  test('is refused into the database that it comes from', async () => {
    const moved = move({ from: there(), to: full, key: 'b' })
    await expect(moved).rejects.toThrow('let --to name another place')
  })

  test('names its flag where what that says leads to no database', async () => {
    const to = full.replace(/[^/]+$/, 'nowhere')
    const wanted = { to, flag: '--to', key: keyNamed('b'), from: 'the folder /x' } as const
    await expect(moveTarget(wanted, bench.filled, silentLog)).rejects.toThrow(
      'create it, or name another in --to.',
    )
  })

  test('is refused while somebody works on the database, at either end', async () => {
    const replica = await accessDatabase(databaseSettingsOf(there()), silentLog)
    await expect(surveyThere()).rejects.toMatchObject({ exitCode: 75 })
    const moved = move({ from: bench.filled, to: full, key: 'b' })
    await expect(moved).rejects.toMatchObject({ exitCode: 75 })
    await replica.close()
  })

  test('names a record that does not open, and goes without it only when it is told to', async () => {
    const to = await newDatabase(full)
    const database = openTestPool(to, 1)
    await database.query(
      "UPDATE corps SET record = replace(record, 'v1:', 'v9:') WHERE corpid = $1",
      ['wpCorp_2'],
    )
    await database.query("UPDATE events SET body = 'enc:v9:x' WHERE id = 'event-000003'")
    await database.close()
    const wanted = { from: there(to), to: bench.pathOf('back'), key: 'c' }
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
