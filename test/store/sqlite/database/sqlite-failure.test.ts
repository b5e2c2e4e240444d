import { describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { withoutKey } from '../../../../src/store/driver/sealing'
import { codeOf, startMs } from '../../conformance/bench'
import { event } from '../../conformance/records'
import { useSqliteBench } from '../sqlite-bench'

describe('the SQLite event log on failing storage', () => {
  const bench = useSqliteBench()

  test('a full disk refuses what does not fit and works again once there is space', async () => {
    const log = bench.open()
    await log.append(event(1))
    bench.db.run('PRAGMA max_page_count = 1')
    const big = log.append(event(2, { body: 'x'.repeat(100_000) }))
    expect(await codeOf(big)).toBe('store_unavailable')
    bench.db.run('PRAGMA max_page_count = 1000000')
    expect(await log.append(event(2))).toBe('stored')
  })

  describe('with a reserve', () => {
    const big = 'x'.repeat(100_000)
    const openOnFullDisk = async (hasReserve: boolean) => {
      let given = 0
      const log = bench.open(withoutKey, {
        make: async () => {},
        giveUp: () => {
          given += 1
          if (hasReserve) bench.db.run('PRAGMA max_page_count = 1000000')
          return hasReserve
        },
      })
      await log.append(event(1))
      bench.db.run('PRAGMA max_page_count = 1')
      return { log, given: () => given }
    }

    test('a full disk takes what an event must not lose', async () => {
      const { log, given } = await openOnFullDisk(true)
      expect(await codeOf(log.append(event(2, { body: big })))).toBe('store_unavailable')
      expect(given()).toBe(0)
      await log.savePendingSecret(event(1).id, big, null)
      expect((await log.get(event(1).id))?.pendingSecret).toBe(big)
      expect(given()).toBe(1)
      expect(bench.log.entries.filter(({ level }) => level === 'warn')).toHaveLength(1)
    })

    test('that is gone already a full disk refuses that too', async () => {
      const { log } = await openOnFullDisk(false)
      expect(await codeOf(log.savePendingSecret(event(1).id, big, null))).toBe('store_unavailable')
      expect((await log.get(event(1).id))?.pendingSecret).toBeNull()
    })
  })

  test('in a group each write answers for itself', async () => {
    const log = bench.open()
    await log.append(event(1))
    bench.db.run('PRAGMA max_page_count = 1')
    const answers = await Promise.allSettled([
      log.append(event(2, { body: 'x'.repeat(100_000) })),
      log.settle(event(1).id, null, { status: 'done' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect((await log.get(event(1).id))?.status).toBe('done')
    expect((await log.get(event(1).id))?.attempts).toBe(1)
    expect(await log.get(event(2).id)).toBeNull()
  })

  test('a read-only file refuses writes, still answers, and works again by itself', async () => {
    const log = bench.open()
    await log.append(event(1))
    bench.db.run('PRAGMA query_only = ON')
    expect((await log.get(event(1).id))?.body).toBe(event(1).body)
    expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
    expect(await log.append(event(2))).toBe('stored')
    bench.db.run('PRAGMA query_only = ON')
    expect(await codeOf(log.checkWritable())).toBe('store_unavailable')
    expect(await codeOf(log.checkWritable())).toEqual({ resolved: undefined })
  })

  test('a damaged file fails every call until it is mended', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.purge({ settledBefore: 0, identitiesBefore: 0 })
    const whole = await readFile(bench.path)
    await writeFile(bench.path, Buffer.alloc(whole.length, 0x5a))
    bench.db.run('PRAGMA shrink_memory')
    expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
    expect(await codeOf(log.get(event(1).id))).toBe('store_unavailable')
    await writeFile(bench.path, whole)
    expect((await log.get(event(1).id))?.body).toBe(event(1).body)
    expect(await log.append(event(3))).toBe('stored')
  })

  test('claims survive a connection that had to be opened again', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.claim(startMs + 10, 1000, 1)
    bench.db.run('PRAGMA query_only = ON')
    await log.append(event(2)).catch(() => {})
    expect(await log.claim(startMs + 10, 1000, 1)).toEqual([])
  })
})
