import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { authCodeLifeMs, backoffMs, exchangeRetryMs } from '../src/retry'

const backoff = { firstMs: 300, ceilingMs: 2_000 }

describe('the wait between tries', () => {
  test('doubles up to its ceiling', () => {
    const waits = [1, 2, 3, 4, 5, 1_000].map((attempt) => backoffMs(attempt, backoff, () => 0.5))
    expect(waits).toEqual([300, 600, 1_200, 2_000, 2_000, 2_000])
  })

  test.each([
    [0, 225, 1_500],
    [0.5, 300, 2_000],
    [0.999_999, 375, 2_500],
  ])('strays by a quarter at most: %d', (random, first, last) => {
    expect(backoffMs(1, backoff, () => random)).toBe(first)
    expect(backoffMs(9, backoff, () => random)).toBe(last)
  })

  test('is a whole number of milliseconds within a quarter of its step, whatever the dice', () => {
    const parts = fc.record({
      firstMs: fc.integer({ min: 1, max: 10_000 }),
      ceilingMs: fc.integer({ min: 10_000, max: 86_400_000 }),
    })
    const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), parts, dice, (attempt, own, random) => {
        const step = Math.min(own.firstMs * 2 ** (attempt - 1), own.ceilingMs)
        const wait = backoffMs(attempt, own, () => random)
        expect(Number.isSafeInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(Math.floor(step * 0.75))
        expect(wait).toBeLessThanOrEqual(Math.ceil(step * 1.25))
      }),
    )
  })
})

describe('the exchange of an auth_code', () => {
  test('is tried again after 2, 4, 8, then every 15 seconds', () => {
    const waits = [1, 2, 3, 4, 5, 40].map(exchangeRetryMs)
    expect(waits).toEqual([2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  })

  test('has some forty tries while the code lives', () => {
    let passedMs = 0
    let tries = 1
    while (passedMs + exchangeRetryMs(tries) <= authCodeLifeMs) passedMs += exchangeRetryMs(tries++)
    expect(authCodeLifeMs).toBe(600_000)
    expect(tries).toBe(43)
  })
})
