import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutKey } from '../../../src/store/driver/sealing'
import { noReserve } from '../../../src/store/sqlite/database/reserve'
import { schemaVersion } from '../../../src/store/sqlite/database/schema'
import { openSqliteEventLog } from '../../../src/store/sqlite/sqlite-event-log'
import { eventLogConformance } from '../conformance'
import { codeOf, startMs } from '../conformance/bench'
import { claimDue, done, end, send } from '../conformance/dispatched'
import { corpid, event, suiteId } from '../conformance/records'
import { factRule } from '../fact-rule'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder } from '../temporary-folder'
import { useSqliteBench } from './sqlite-bench'

eventLogConformance(
  'SQLite',
  async (clock) => {
    const folder = await createTemporaryFolder()
    const path = join(folder.path, 'events.sqlite')
    return {
      open: async () => openSqliteEventLog({ factRule, path, log: createRecordingLog(), clock }),
      remove: folder.remove,
    }
  },
  { twoHandles: false },
)

describe('the SQLite event log on its file', () => {
  const bench = useSqliteBench()

  test('its files are its owner’s alone, whatever they were', async () => {
    await writeFile(bench.path, '')
    await chmod(bench.path, 0o644)
    await bench.open().append(event(1))
    const names = await readdir(bench.dir)
    expect(names.sort()).toEqual(['events.sqlite', 'events.sqlite-shm', 'events.sqlite-wal'])
    for (const name of names) {
      expect((await stat(join(bench.dir, name))).mode & 0o777).toBe(0o600)
    }
  })

  test('it syncs every commit and overwrites what it deletes', () => {
    bench.open()
    const pragma = (name: string) =>
      Object.values(bench.db.query(`PRAGMA ${name}`).get() as object)[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('secure_delete')).toBe(1)
  })

  test('it brings its write-ahead log over in larger portions where commits take long', async () => {
    let now = startMs
    const clock = {
      now: () => {
        now += 20
        return now
      },
    }
    const log = bench.open(withoutKey, noReserve, clock)
    const portion = () => bench.db.query('PRAGMA wal_autocheckpoint').values()[0]?.[0]
    expect(portion()).toBe(500)
    for (let number = 1; number <= 10; number++) await log.append(event(number))
    expect(portion()).toBe(4000)
  })

  test('what was seen before identities named a moment is known', async () => {
    const log = bench.open()
    await log.append({ ...event(1), identity: 'ab'.repeat(32) })
    const again = { ...event(2), identity: `t1700000000-${'ab'.repeat(32)}` }
    expect(await log.append(again)).toBe('duplicate')
    const another = { ...event(3), identity: `t1700000000-${'cd'.repeat(32)}` }
    expect(await log.append(another)).toBe('stored')
  })

  test('10,000 appends are all there after it was opened again', async () => {
    const log = bench.open()
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => log.append(event(batch * 100 + n))))
    }
    await log.close()
    const again = bench.open()
    expect(await again.counts()).toMatchObject({ pending: 10_000 })
    const ids = new Set<string>()
    let cursor: string | null = null
    do {
      const page = await again.list({ limit: 200, ...(cursor ? { cursor } : {}) })
      for (const { id } of page.items) ids.add(id)
      cursor = page.next
    } while (cursor)
    expect(ids.size).toBe(10_000)
  })

  test('the claims of an owner that no longer lives are void', async () => {
    const log = bench.open()
    await log.append(event(1))
    await send(log, 2)
    await log.claim(startMs + 10, 3_600_000, 10)
    await claimDue(log, startMs + 10)
    await log.close()
    const again = bench.open()
    expect(await again.claim(startMs + 10, 1000, 10)).toHaveLength(1)
    expect(await claimDue(again, startMs + 10)).toHaveLength(1)
  })

  test('a file from the future is refused and left as it is', async () => {
    await bench.open().close()
    const newer = new Database(bench.path)
    newer.run(`PRAGMA user_version = ${schemaVersion + 1}`)
    newer.close(true)
    const before = await readFile(bench.path)
    expect(await codeOf((async () => bench.open())())).toBe('store_unavailable')
    expect((await readFile(bench.path)).equals(before)).toBe(true)
  })

  test('a file that is no database is refused and left as it is', async () => {
    await writeFile(bench.path, 'no database'.repeat(1000))
    expect(await codeOf((async () => bench.open())())).toBe('store_unavailable')
    expect(await readFile(bench.path, 'utf8')).toBe('no database'.repeat(1000))
  })

  test.each(['short-secret', 'long-secret'.repeat(5000)])(
    'a blanked or forgotten body is in no byte of the folder',
    async (body) => {
      const log = bench.open()
      const word = body.slice(0, 11)
      await log.append(event(1, { body, status: 'done' }))
      await log.append(event(2, { body, status: 'done', corpid: 'wpother' }))
      await log.append(event(3))
      expect((await bench.bytes()).includes(word)).toBe(true)
      await log.blankBodies(suiteId, corpid)
      await log.purge({ settledBefore: startMs + 3, identitiesBefore: 0 })
      expect((await bench.bytes()).includes(word)).toBe(false)
      expect((await bench.bytes()).includes('第 3 条消息')).toBe(true)
    },
  )

  test('nothing of a forgotten event stays in any table', async () => {
    const log = bench.open()
    await send(log, 1)
    await end(log, 1, done)
    await log.purge({ settledBefore: startMs + 10, identitiesBefore: startMs + 10 })
    for (const table of ['events', 'deliveries', 'identities']) {
      expect(bench.db.query(`SELECT * FROM ${table}`).all()).toEqual([])
    }
  })

  test('space that was freed is used again', async () => {
    const log = bench.open()
    const fill = (from: number) =>
      Promise.all(
        Array.from({ length: 500 }, (_, n) =>
          log.append(event(from + n, { body: 'x'.repeat(2000), status: 'done' })),
        ),
      )
    await fill(0)
    await log.purge({ settledBefore: startMs + 500, identitiesBefore: startMs + 500 })
    const { size } = await stat(bench.path)
    await fill(1000)
    await log.purge({ settledBefore: startMs + 1500, identitiesBefore: startMs + 1500 })
    expect((await stat(bench.path)).size).toBeLessThan(size * 1.1)
  })

  test('a list with any filter goes by an index', async () => {
    const log = bench.open()
    const plans: string[] = []
    const query = bench.db.query.bind(bench.db)
    bench.db.query = ((sql: string) => {
      if (sql.includes('ORDER BY seq DESC')) {
        const bound = Array.from({ length: sql.split('?').length - 1 }, () => 1)
        const steps = query<{ detail: string }, number[]>(`EXPLAIN QUERY PLAN ${sql}`).all(...bound)
        plans.push(steps.map(({ detail }) => detail).join('; '))
      }
      return query(sql)
    }) as typeof bench.db.query
    const type = 'change_auth'
    await log.list({ limit: 1 })
    await log.list({ limit: 1, suiteId, type, corpid, status: 'done' })
    await log.list({ limit: 1, suiteId, type, status: 'done' })
    await log.list({ limit: 1, suiteId, type, status: 'dead' })
    await log.list({ limit: 1, suiteId })
    await log.list({ limit: 1, status: 'done' })
    await log.list({ limit: 1, types: [type], suiteId, orNoSuite: true })
    await log.list({ limit: 1, suiteId, orNoSuite: true })
    expect(plans).toEqual([
      'SEARCH events USING INTEGER PRIMARY KEY (rowid<?)',
      'SEARCH events USING INDEX events_by_corpid (corpid=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_type (type=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_status (status=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_suite_id (suite_id=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_status (status=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_type (type=? AND rowid<?)',
      'SEARCH events USING INTEGER PRIMARY KEY (rowid<?)',
    ])
  })
})
