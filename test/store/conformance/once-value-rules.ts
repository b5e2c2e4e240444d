import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Abilities, type OpenBackend, useBench } from './bench'

const key = 'a'.repeat(64)
const other = 'b'.repeat(64)
const minuteMs = 60_000

export const onceValueRules = (open: OpenBackend<EventLogDriver>, { twoHandles }: Abilities) =>
  describe('what is had once', () => {
    const bench = useBench(open)
    const put = (value: string, ttlMs = minuteMs) =>
      bench.subject.putOnce('login_code', key, value, ttlMs)

    test('is put where nothing stands, and found as it was, after a restart too', async () => {
      expect(await bench.subject.findOnce('login_code', key)).toBeNull()
      expect(await put('张三 "1" \n')).toEqual({ put: true })
      expect(await bench.subject.findOnce('login_code', key)).toBe('张三 "1" \n')
      const again = await bench.reopen()
      expect(await again.findOnce('login_code', key)).toBe('张三 "1" \n')
    })

    test('stays as it is when another one comes, which is told what stands there', async () => {
      await put('the first')
      expect(await put('the second')).toEqual({ put: false, standing: 'the first' })
      expect(await bench.subject.findOnce('login_code', key)).toBe('the first')
    })

    test('an empty value stands there too', async () => {
      await put('')
      expect(await put('the second')).toEqual({ put: false, standing: '' })
      expect(await bench.subject.takeOnce('login_code', key)).toBe('')
    })

    test('is one of its kind and key: another kind or key is another value', async () => {
      await put('a code')
      expect(await bench.subject.findOnce('flow_answer', key)).toBeNull()
      expect(await bench.subject.takeOnce('login_code', other)).toBeNull()
      expect(await bench.subject.putOnce('flow_answer', key, 'an answer', 1)).toEqual({ put: true })
      expect(await bench.subject.findOnce('login_code', key)).toBe('a code')
    })

    test('is gone once it was taken, and may be put again', async () => {
      await put('the first')
      expect(await bench.subject.takeOnce('login_code', key)).toBe('the first')
      expect(await bench.subject.findOnce('login_code', key)).toBeNull()
      expect(await put('the second')).toEqual({ put: true })
    })

    test('of many that put at once one does, and all others hear whose stands there', async () => {
      const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => put(`caller ${n}`)))
      const winner = outcomes.findIndex((outcome) => outcome.put)
      const lost = { put: false, standing: `caller ${winner}` }
      expect(outcomes).toEqual(outcomes.map((_, n) => (n === winner ? { put: true } : lost)))
    })

    test('of many that take at once one gets it', async () => {
      await put('a code')
      const taken = await Promise.all(
        Array.from({ length: 40 }, () => bench.subject.takeOnce('login_code', key)),
      )
      expect(taken.filter((value) => value !== null)).toEqual(['a code'])
    })

    test('is never given from the moment on at which it expires', async () => {
      await put('a code')
      await bench.clock.advance(minuteMs - 1)
      expect(await bench.subject.findOnce('login_code', key)).toBe('a code')
      await bench.clock.advance(1)
      expect(await bench.subject.findOnce('login_code', key)).toBeNull()
      expect(await put('the next')).toEqual({ put: true })
      await bench.clock.advance(minuteMs)
      expect(await bench.subject.takeOnce('login_code', key)).toBeNull()
    })

    test('lives as long as it was put for, however often another one is tried', async () => {
      await put('a code')
      await bench.clock.advance(minuteMs / 2)
      await put('another', 10 * minuteMs)
      await bench.clock.advance(minuteMs / 2)
      expect(await bench.subject.findOnce('login_code', key)).toBeNull()
    })

    test('is purged once it has expired, and not before', async () => {
      await put('short')
      await bench.subject.putOnce('flow_answer', key, 'long', 2 * minuteMs)
      expect(await bench.subject.purgeOnce()).toBe(0)
      await bench.clock.advance(minuteMs)
      expect(await bench.subject.purgeOnce()).toBe(1)
      expect(await bench.subject.findOnce('flow_answer', key)).toBe('long')
    })

    if (!twoHandles) return

    test('with two handles of many that take at once one gets it', async () => {
      const second = await bench.another()
      await put('a code')
      expect(await second.putOnce('login_code', key, 'another', minuteMs)).toEqual({
        put: false,
        standing: 'a code',
      })
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 ? second : bench.subject).takeOnce('login_code', key),
        ),
      )
      expect(taken.filter((value) => value !== null)).toEqual(['a code'])
    })
  })
