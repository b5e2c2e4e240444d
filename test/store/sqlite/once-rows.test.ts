import { beforeEach, describe, expect, test } from 'bun:test'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import { resealEvents } from '../../../src/store/sqlite/reseal-events'
import { createManualClock, type ManualClock } from '../../manual-clock'
import { startMs } from '../conformance/bench'
import { idOfKey, sealedWith } from '../sealed-with'
import { useSqliteBench } from './sqlite-bench'

const minuteMs = 60_000

describe('what is had once, in its file', () => {
  const bench = useSqliteBench()
  let clock: ManualClock

  beforeEach(() => {
    clock = createManualClock(startMs)
  })

  const open = (sealing: Sealing) => bench.open(sealing, undefined, clock)
  const stored = () =>
    bench.db
      .query<{ value: string }, []>('SELECT value FROM once')
      .all()
      .map(({ value }) => value)

  test('is in no byte of the folder in clear where there is a key', async () => {
    const log = open(sealedWith('a'))
    await log.putOnce('login_code', 'a', 'short-secret', minuteMs)
    expect((await bench.bytes()).includes('short-secret')).toBe(false)
    expect(stored()[0]).toStartWith(`enc:v1:${idOfKey('a')}:`)
  })

  test('opens in its own place alone: elsewhere it counts as not there, and is replaced', async () => {
    const log = open(sealedWith('a'))
    await log.putOnce('login_code', 'a', 'of a', minuteMs)
    await log.putOnce('login_code', 'b', 'of b', minuteMs)
    bench.db.run("UPDATE once SET value = (SELECT value FROM once WHERE key = 'a') WHERE key = 'b'")
    expect(await log.findOnce('login_code', 'b')).toBeNull()
    expect(await log.putOnce('login_code', 'b', 'anew', minuteMs)).toEqual({ put: true })
    expect(await log.takeOnce('login_code', 'b')).toBe('anew')
  })

  test('is in no byte of the folder once it was purged', async () => {
    const log = open(withoutKey)
    await log.putOnce('login_code', 'a', 'short-secret', minuteMs)
    expect((await bench.bytes()).includes('short-secret')).toBe(true)
    await clock.advance(minuteMs)
    expect(await log.purgeOnce()).toBe(1)
    await log.close()
    expect((await bench.bytes()).includes('short-secret')).toBe(false)
  })

  test('is purged to the last of many, a portion at a time', async () => {
    const log = open(withoutKey)
    const put = (n: number) => log.putOnce('flow_answer', `${n}`, 'an answer', minuteMs)
    await Promise.all(Array.from({ length: 1203 }, (_, n) => put(n)))
    await clock.advance(minuteMs)
    await log.putOnce('flow_answer', 'fresh', 'an answer', minuteMs)
    expect(await log.purgeOnce()).toBe(1203)
    expect(await log.findOnce('flow_answer', 'fresh')).toBe('an answer')
  })

  test.each([
    ['in clear', withoutKey, sealedWith('b')],
    ['with the key before', sealedWith('a'), sealedWith('b', 'a')],
  ])('is sealed anew where it stood %s, and opens with the current key', async (_, old, now) => {
    const before = open(old)
    await before.putOnce('login_code', 'a', 'short-secret', minuteMs)
    await before.close()
    resealEvents({ path: bench.path, log: bench.log, sealing: now })
    expect((await bench.bytes()).includes('short-secret')).toBe(false)
    expect(await open(sealedWith('b')).findOnce('login_code', 'a')).toBe('short-secret')
  })

  test('goes with a resealing that can’t open it, and keeps no key needed', async () => {
    const before = open(sealedWith('a'))
    await before.putOnce('login_code', 'a', 'short-secret', minuteMs)
    await before.close()
    resealEvents({ path: bench.path, log: bench.log, sealing: sealedWith('b') })
    open(sealedWith('b'))
    expect(stored()).toEqual([])
  })
})
