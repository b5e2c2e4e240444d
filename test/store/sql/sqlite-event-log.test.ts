import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventLog } from '../../../src/store/event-log'
import { schemaVersion } from '../../../src/store/sql/schema'
import { openSqliteEventLog } from '../../../src/store/sql/sqlite-event-log'
import { openSqliteFile } from '../../../src/store/sql/sqlite-file'
import { eventLogConformance } from '../conformance'
import { codeOf, startMs } from '../conformance/bench'
import { corpid, event, suiteId } from '../conformance/records'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder, type TemporaryFolder } from '../temporary-folder'
import { committedTransactions } from './wal'

eventLogConformance(
  'SQLite',
  async () => {
    const folder = await createTemporaryFolder()
    const path = join(folder.path, 'events.sqlite')
    return {
      open: async () => openSqliteEventLog({ path, log: createRecordingLog() }),
      remove: folder.remove,
    }
  },
  { twoHandles: false },
)

describe('the SQLite event log on its file', () => {
  let folder: TemporaryFolder
  let path: string
  let db: Database
  let opened: EventLog[]
  const open = () => {
    const log = openSqliteEventLog({
      path,
      log: createRecordingLog(),
      open: (file) => {
        db = openSqliteFile(file)
        return db
      },
    })
    opened.push(log)
    return log
  }
  const bytesOfFolder = async () => {
    const names = await readdir(folder.path)
    return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder.path, name)))))
  }

  beforeEach(async () => {
    folder = await createTemporaryFolder()
    path = join(folder.path, 'events.sqlite')
    opened = []
  })
  afterEach(async () => {
    for (const log of opened) await log.close()
    await folder.remove()
  })

  test('its files are its owner’s alone, whatever they were', async () => {
    await writeFile(path, '')
    await chmod(path, 0o644)
    await open().append(event(1))
    const names = await readdir(folder.path)
    expect(names.sort()).toEqual(['events.sqlite', 'events.sqlite-shm', 'events.sqlite-wal'])
    for (const name of names) {
      expect((await stat(join(folder.path, name))).mode & 0o777).toBe(0o600)
    }
  })

  test('it syncs every commit and overwrites what it deletes', () => {
    open()
    const pragma = (name: string) => Object.values(db.query(`PRAGMA ${name}`).get() as object)[0]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('secure_delete')).toBe(1)
  })

  test('writes that come in one turn of the loop are one transaction', async () => {
    const log = open()
    await log.append(event(0, { endpoints: ['https://a.test/'] }))
    const before = await committedTransactions(path)
    await Promise.all([
      ...Array.from({ length: 64 }, (_, n) => log.append(event(n + 1))),
      log.settle(event(0).id, { status: 'done' }),
      log.settleDelivery(event(0).id, 'https://a.test/', { status: 'done' }),
    ])
    expect((await committedTransactions(path)) - before).toBe(1)
    expect(await log.counts()).toMatchObject({ pending: 64, done: 1 })
  })

  test('writes from several callbacks of one turn share a transaction too', async () => {
    const log = open()
    await log.append(event(0))
    const before = await committedTransactions(path)
    await Promise.all(
      Array.from(
        { length: 8 },
        (_, n) =>
          new Promise<void>((resolve) => {
            setTimeout(() => log.append(event(n + 1)).then(() => resolve()), 0)
          }),
      ),
    )
    expect((await committedTransactions(path)) - before).toBe(1)
  })

  test('a write resolves only when it is committed', async () => {
    const log = open()
    const other = new Database(path, { readonly: true })
    const append = log.append(event(1))
    expect(other.query('SELECT id FROM events').all()).toEqual([])
    await append
    expect(other.query('SELECT id FROM events').all()).toEqual([{ id: event(1).id }])
    other.close(true)
  })

  test('10,000 appends are all there after it was opened again', async () => {
    const log = open()
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => log.append(event(batch * 100 + n))))
    }
    await log.close()
    const again = open()
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

  test('the claims of a former process are void', async () => {
    const log = open()
    await log.append(event(1))
    await log.append(event(2, { status: 'done', endpoints: ['https://a.test/'] }))
    await log.claim(startMs + 10, 3_600_000, 10)
    await log.claimDeliveries(startMs + 10, 3_600_000, 10)
    await log.close()
    const again = open()
    expect(await again.claim(startMs + 10, 1000, 10)).toHaveLength(1)
    expect(await again.claimDeliveries(startMs + 10, 1000, 10)).toHaveLength(1)
  })

  test('a file from the future is refused and left as it is', async () => {
    await open().close()
    const newer = new Database(path)
    newer.run(`PRAGMA user_version = ${schemaVersion + 1}`)
    newer.close(true)
    const before = await readFile(path)
    expect(await codeOf((async () => open())())).toBe('store_unavailable')
    expect((await readFile(path)).equals(before)).toBe(true)
  })

  test('a file that is no database is refused and left as it is', async () => {
    await writeFile(path, 'no database'.repeat(1000))
    expect(await codeOf((async () => open())())).toBe('store_unavailable')
    expect(await readFile(path, 'utf8')).toBe('no database'.repeat(1000))
  })

  test.each(['short-secret', 'long-secret'.repeat(5000)])(
    'a blanked or forgotten body is in no byte of the folder',
    async (body) => {
      const log = open()
      const word = body.slice(0, 11)
      await log.append(event(1, { body, status: 'done' }))
      await log.append(event(2, { body, status: 'done', corpid: 'wpother' }))
      await log.append(event(3))
      expect((await bytesOfFolder()).includes(word)).toBe(true)
      await log.blankBodies(suiteId, corpid)
      await log.purge(startMs + 3, 0)
      expect((await bytesOfFolder()).includes(word)).toBe(false)
      expect((await bytesOfFolder()).includes('第 3 条消息')).toBe(true)
    },
  )

  test('space that was freed is used again', async () => {
    const log = open()
    const fill = (from: number) =>
      Promise.all(
        Array.from({ length: 500 }, (_, n) =>
          log.append(event(from + n, { body: 'x'.repeat(2000), status: 'done' })),
        ),
      )
    await fill(0)
    await log.purge(startMs + 500, startMs + 500)
    const { size } = await stat(path)
    await fill(1000)
    await log.purge(startMs + 1500, startMs + 1500)
    expect((await stat(path)).size).toBeLessThan(size * 1.1)
  })

  test('a list with any filter goes by an index', async () => {
    const log = open()
    const plans: string[] = []
    const query = db.query.bind(db)
    db.query = ((sql: string) => {
      if (sql.includes('ORDER BY seq DESC')) {
        const bound = Array.from({ length: sql.split('?').length - 1 }, () => 1)
        const steps = query<{ detail: string }, number[]>(`EXPLAIN QUERY PLAN ${sql}`).all(...bound)
        plans.push(steps.map(({ detail }) => detail).join('; '))
      }
      return query(sql)
    }) as typeof db.query
    const asked = { suiteId, type: 'change_auth', corpid, status: 'done' } as const
    await log.list({ limit: 1 })
    for (const field of ['corpid', 'type', 'status', 'suiteId'] as const) {
      await log.list({ limit: 1, [field]: asked[field] })
    }
    await log.list({ limit: 1, ...asked })
    expect(plans).toEqual([
      'SEARCH events USING INTEGER PRIMARY KEY (rowid<?)',
      'SEARCH events USING INDEX events_by_corp (corpid=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_type (type=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_status (status=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_suite (suite_id=? AND rowid<?)',
      'SEARCH events USING INDEX events_by_corp (corpid=? AND rowid<?)',
    ])
  })

  describe('when its storage fails', () => {
    test('a full disk refuses what does not fit and works again once there is space', async () => {
      const log = open()
      await log.append(event(1))
      db.run('PRAGMA max_page_count = 1')
      const big = log.append(event(2, { body: 'x'.repeat(100_000) }))
      expect(await codeOf(big)).toBe('store_unavailable')
      db.run('PRAGMA max_page_count = 1000000')
      expect(await log.append(event(2))).toBe('stored')
    })

    test('in a group each write answers for itself', async () => {
      const log = open()
      await log.append(event(1))
      db.run('PRAGMA max_page_count = 1')
      const answers = await Promise.allSettled([
        log.append(event(2, { body: 'x'.repeat(100_000) })),
        log.settle(event(1).id, { status: 'done' }),
      ])
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
      expect((await log.get(event(1).id))?.status).toBe('done')
      expect((await log.get(event(1).id))?.attempts).toBe(1)
      expect(await log.get(event(2).id)).toBeNull()
    })

    test('a read-only file refuses writes, still answers, and works again by itself', async () => {
      const log = open()
      await log.append(event(1))
      db.run('PRAGMA query_only = ON')
      expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
      expect(await log.append(event(2))).toBe('stored')
      db.run('PRAGMA query_only = ON')
      expect(await codeOf(log.checkWritable())).toBe('store_unavailable')
      expect(await codeOf(log.checkWritable())).toEqual({ resolved: undefined })
    })

    test('a damaged file fails every call until it is mended', async () => {
      const log = open()
      await log.append(event(1))
      await log.purge(0, 0)
      const whole = await readFile(path)
      await writeFile(path, Buffer.alloc(whole.length, 0x5a))
      db.run('PRAGMA shrink_memory')
      expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
      expect(await codeOf(log.get(event(1).id))).toBe('store_unavailable')
      await writeFile(path, whole)
      expect((await log.get(event(1).id))?.body).toBe(event(1).body)
      expect(await log.append(event(3))).toBe('stored')
    })

    test('claims survive a connection that had to be opened again', async () => {
      const log = open()
      await log.append(event(1))
      await log.claim(startMs + 10, 1000, 1)
      db.run('PRAGMA query_only = ON')
      await log.append(event(2)).catch(() => {})
      expect(await log.claim(startMs + 10, 1000, 1)).toEqual([])
    })
  })
})
