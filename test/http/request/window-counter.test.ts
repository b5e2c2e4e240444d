import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createTally } from '../../../src/http/request/window-counter'

const createScene = () => {
  const clock = { at: 1_700_000_000_000, now: () => clock.at }
  return { clock, tally: createTally({ windowMs: minuteMs, clock }) }
}

describe('a tally', () => {
  test('counts each key for itself', () => {
    const { tally } = createScene()
    expect([tally.add('a'), tally.add('a'), tally.add('b')]).toEqual([1, 2, 1])
    expect([tally.count('a'), tally.count('b'), tally.count('c')]).toEqual([2, 1, 0])
  })

  test('begins again a window after a key’s first, whatever came meanwhile', () => {
    const { clock, tally } = createScene()
    tally.add('a')
    clock.at += minuteMs - 1
    expect(tally.add('a')).toBe(2)
    clock.at += 1
    expect(tally.count('a')).toBe(0)
    expect(tally.add('a')).toBe(1)
  })

  test('says when that is', () => {
    const { clock, tally } = createScene()
    tally.add('a')
    expect(tally.endsInSeconds('a')).toBe(60)
    clock.at += 59 * secondMs + 1
    expect(tally.endsInSeconds('a')).toBe(1)
    expect(tally.endsInSeconds('never')).toBe(1)
  })

  test('forgets no open window, however it falls between the generations', () => {
    const { clock, tally } = createScene()
    for (let step = 0; step < 300; step++) {
      tally.add(`key ${step}`)
      if (step >= 2) {
        expect(tally.add(`key ${step - 1}`)).toBe(2)
        expect(tally.add(`key ${step - 2}`)).toBe(step === 2 ? 2 : 3)
      }
      clock.at += 29 * secondMs
    }
  })

  test('leaves no window open for longer than it is when the clock is set back', () => {
    const { clock, tally } = createScene()
    tally.add('a')
    clock.at -= 60 * minuteMs
    expect(tally.add('a')).toBe(1)
    clock.at += minuteMs
    expect(tally.add('a')).toBe(1)
  })

  test('of very many keys at once stays small, and goes on counting', () => {
    const { tally } = createScene()
    Bun.gc(true)
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 300_000; i++) tally.add(`2001:db8:${i.toString(16)}::/64`)
    Bun.gc(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 2 ** 20)
    expect([tally.add('a'), tally.add('a')]).toEqual([1, 2])
  })
})
