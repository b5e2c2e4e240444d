import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { probeDelayMs, retryDelayMs, stepsMs } from '../../../src/delivery/schedule/schedule'
import { failingAfter } from '../../../src/store/deliveries'

/** In the middle of the jitter. */
const half = () => 0.5
const longest = 999_999_999_999_999

describe('the wait before the next try', () => {
  test.each([
    [null, 60],
    [0, 60],
    [7, 60],
    [90, 90],
    [120, 120],
    [121, 120],
    [longest, 120],
  ])('of a step of a minute is, with Retry-After %p, %d seconds', (asked, seconds) => {
    expect(retryDelayMs(2, asked, half)).toBe(seconds * secondMs)
  })

  test('is never longer than two days, and there is none behind the last step', () => {
    expect(retryDelayMs(stepsMs.length - 1, longest, half)).toBe(2 * 24 * 3600 * secondMs)
    expect(retryDelayMs(stepsMs.length, longest, half)).toBeNull()
  })

  test('of a probe is bounded alike', () => {
    expect(probeDelayMs(failingAfter, null, half)).toBe(secondMs)
    expect(probeDelayMs(failingAfter, longest, half)).toBe(2 * secondMs)
    expect(probeDelayMs(failingAfter + 99, longest, half)).toBe(120 * secondMs)
  })

  test('lies a fifth around the step', () => {
    expect(retryDelayMs(0, null, () => 0)).toBe(0.8 * secondMs)
    expect(retryDelayMs(0, null, () => 1)).toBe(1.2 * secondMs)
  })
})
