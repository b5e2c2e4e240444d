import { describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../conformance/bench'
import { event } from '../../conformance/records'
import { useSqliteBench } from '../sqlite-bench'

const bench = useSqliteBench()

const aside = () => join(bench.dir, 'aside')
const replaced = async (path: string) => {
  await copyFile(path, aside())
  await rename(aside(), path)
}

describe('an event log whose files go under it', () => {
  const faults: [string, () => Promise<void>][] = [
    ['its file is removed', () => rm(bench.path)],
    ['its file is moved away', () => rename(bench.path, aside())],
    ['its file is replaced', () => replaced(bench.path)],
    ['its write-ahead log is removed', () => rm(`${bench.path}-wal`)],
    ['its write-ahead log is replaced', () => replaced(`${bench.path}-wal`)],
    [
      'its folder is replaced',
      async () => {
        await mkdir(`${bench.dir}.new`)
        await rm(bench.dir, { recursive: true })
        await rename(`${bench.dir}.new`, bench.dir)
      },
    ],
  ]

  test.each(faults)('refuses what it can’t keep once %s', async (_, befall) => {
    const log = bench.open()
    await log.append(event(1))
    await befall()
    expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
    expect(await codeOf(log.settle(event(1).id, null, { status: 'done' }))).toBe(
      'store_unavailable',
    )
    expect(await codeOf(log.checkWritable())).toBe('store_unavailable')
  })

  test('says which file it was', async () => {
    const log = bench.open()
    await rm(bench.path)
    await expect(log.checkWritable()).rejects.toThrow('events.sqlite was removed or replaced')
  })

  test('refuses each of those that come together', async () => {
    const log = bench.open()
    await rm(bench.path)
    const codes = await Promise.all([1, 2, 3].map((n) => codeOf(log.append(event(n)))))
    expect(codes).toEqual(Array(3).fill('store_unavailable'))
  })

  test('does not answer for what was committed as the file went', async () => {
    const log = bench.open()
    const begun = log.append(event(1))
    const { transaction } = bench.db
    bench.db.transaction = ((work: () => unknown) => {
      const whole = transaction.call(bench.db, work)
      const immediate = () => {
        const result = whole.immediate()
        rmSync(bench.path)
        return result
      }
      return { immediate }
    }) as unknown as typeof transaction
    expect(await codeOf(begun)).toBe('store_unavailable')
  })

  test('takes what comes as soon as the file is back, and has all that was answered', async () => {
    const log = bench.open()
    await log.append(event(1))
    await rename(bench.path, aside())
    expect(await codeOf(log.append(event(2)))).toBe('store_unavailable')
    await rename(aside(), bench.path)
    await log.checkWritable()
    expect(await log.append(event(2))).toBe('stored')
    await log.close()
    expect(await bench.open().counts()).toMatchObject({ pending: 2 })
  })

  test('leaves nothing beside the file that was put in its place', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.purge({ settledBefore: 0, identitiesBefore: 0 })
    await copyFile(bench.path, aside())
    await log.append(event(2))
    await rename(aside(), bench.path)
    await log.close()
    const again = bench.open()
    expect(await again.counts()).toMatchObject({ pending: 1 })
    expect(await again.append(event(2))).toBe('stored')
  })

  test('keeps on taking what comes after its write-ahead log was emptied', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.purge({ settledBefore: 0, identitiesBefore: 0 })
    expect(await log.append(event(2))).toBe('stored')
  })
})
