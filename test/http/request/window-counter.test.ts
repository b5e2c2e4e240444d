import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createWindowCounter } from '../../../src/http/request/window-counter'

const createScene = () => {
  const clock = { at: 1_700_000_000_000, now: () => clock.at }
  return { clock, counter: createWindowCounter({ windowMs: minuteMs, clock }) }
}

describe('a window counter', () => {
  test('counts each key for itself', () => {
    const { counter } = createScene()
    expect([counter.add('a'), counter.add('a'), counter.add('b')]).toEqual([1, 2, 1])
    expect([counter.count('a'), counter.count('b'), counter.count('c')]).toEqual([2, 1, 0])
  })

  test('begins again a window after a key’s first, whatever came meanwhile', () => {
    const { clock, counter } = createScene()
    counter.add('a')
    clock.at += minuteMs - 1
    expect(counter.add('a')).toBe(2)
    clock.at += 1
    expect(counter.count('a')).toBe(0)
    expect(counter.add('a')).toBe(1)
  })

  test('says when that is', () => {
    const { clock, counter } = createScene()
    counter.add('a')
    expect(counter.endsInSeconds('a')).toBe(60)
    clock.at += 59 * secondMs + 1
    expect(counter.endsInSeconds('a')).toBe(1)
    expect(counter.endsInSeconds('never')).toBe(1)
  })

  test('forgets no open window, however it falls between the generations', () => {
    const { clock, counter } = createScene()
    for (let step = 0; step < 300; step++) {
      counter.add(`key ${step}`)
      if (step >= 2) {
        expect(counter.add(`key ${step - 1}`)).toBe(2)
        expect(counter.add(`key ${step - 2}`)).toBe(step === 2 ? 2 : 3)
      }
      clock.at += 29 * secondMs
    }
  })

  test('leaves no window open for longer than it is when the clock is set back', () => {
    const { clock, counter } = createScene()
    counter.add('a')
    clock.at -= 60 * minuteMs
    expect(counter.add('a')).toBe(1)
    clock.at += minuteMs
    expect(counter.add('a')).toBe(1)
  })

  test('of very many keys at once stays small, and goes on counting', () => {
    const { counter } = createScene()
    Bun.gc(true)
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 150_000; i++) counter.add(`2001:db8:${i.toString(16)}::/64`)
    Bun.gc(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(12 * 2 ** 20)
    expect([counter.add('a'), counter.add('a')]).toEqual([1, 2])
  })
})
