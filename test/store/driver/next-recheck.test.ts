import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs } from '../../../src/clock'
import { nextRecheckAt } from '../../../src/store/driver/next-recheck'

describe('the moment of the next recheck', () => {
  test.each([
    [0, 0, dayMs],
    [0, dayMs - 1, dayMs],
    [0, dayMs, 2 * dayMs],
    [5, 3 * dayMs, 3 * dayMs + 5],
    [hourMs, 0, hourMs],
  ])('after a change at %i, seen from %i, is %i', (statusAt, now, at) => {
    expect(nextRecheckAt('invalid', statusAt, now)).toBe(at)
  })

  test('of a company that is served, or that left, is never', () => {
    expect(nextRecheckAt('authorized', 0, dayMs)).toBeNull()
    expect(nextRecheckAt('cancelled', 0, dayMs)).toBeNull()
  })
})
