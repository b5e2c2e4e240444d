import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { open, stat } from 'node:fs/promises'
import {
  openSqliteFile,
  requireSafeSettings,
} from '../../../../src/store/sqlite/database/sqlite-file'
import { codeOf } from '../../conformance/bench'
import { event } from '../../conformance/records'
import { useSqliteBench } from '../sqlite-bench'

const bench = useSqliteBench()

describe('the settings that keep a commit through a power cut', () => {
  test('are in force on a file that is opened', () => {
    const db = openSqliteFile(bench.path)
    expect(() => requireSafeSettings(db)).not.toThrow()
    db.close()
  })

  test('are missed where there is no write-ahead log', async () => {
    const db = new Database(':memory:')
    expect(await codeOf((async () => requireSafeSettings(db))())).toBe('store_unavailable')
    db.close()
  })

  test('are missed where a commit is not synced', async () => {
    const db = openSqliteFile(bench.path)
    db.run('PRAGMA synchronous = NORMAL')
    expect(await codeOf((async () => requireSafeSettings(db))())).toBe('store_unavailable')
    db.close()
  })
})

test('damage in pages that nobody asks for keeps the log from being ready until it is mended', async () => {
  const log = bench.open()
  for (let n = 1; n <= 200; n++)
    await log.append(event(n, { body: 'x'.repeat(200), status: 'done' }))
  await log.purge({ settledBefore: 0, identitiesBefore: 0 })
  const file = await open(bench.path, 'r+')
  const pageBytes = 4096
  const { size } = await file.stat()
  const whole = Buffer.alloc(size)
  await file.read(whole, 0, size, 0)
  await file.write(Buffer.alloc(size - 2 * pageBytes, 0x5a), 0, undefined, 2 * pageBytes)
  bench.db.run('PRAGMA shrink_memory')
  expect(await codeOf(log.list({ limit: 200 }))).toBe('store_unavailable')
  expect(await codeOf(log.checkWritable())).toBe('store_unavailable')
  expect(await codeOf(log.checkWritable())).toBe('store_unavailable')
  await file.write(whole, 0, size, 0)
  await file.close()
  await log.checkWritable()
  expect((await log.list({ limit: 200 })).items).toHaveLength(200)
})

test('what a purge frees is given back to the disk', async () => {
  const log = bench.open()
  const body = 'x'.repeat(2000)
  const events = Array.from({ length: 2000 }, (_, n) => event(n, { body, status: 'done' }))
  await Promise.all(events.map(log.append))
  await log.purge({ settledBefore: 0, identitiesBefore: 0 })
  const before = (await stat(bench.path)).size
  expect(await log.purge({ settledBefore: Infinity, identitiesBefore: 0 })).toBe(2000)
  expect((await stat(bench.path)).size).toBeLessThan(before / 4)
  expect(await log.append(event(1))).toBe('duplicate')
})
