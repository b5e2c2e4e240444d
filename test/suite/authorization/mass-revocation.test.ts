import { describe, expect, test } from 'bun:test'
import {
  createRecentRevocations,
  guardWindowMs,
  tooMany,
} from '../../../src/suite/authorization/mass-revocation'

describe('too many companies at once', () => {
  test.each([
    [1, 1],
    [3, 3],
    [3, 10],
    [5, 100],
    [50, 1000],
  ])('are not %i of %i', (gone, companies) => {
    expect(tooMany(gone, companies)).toBe(false)
  })

  test.each([
    [4, 4],
    [4, 79],
    [6, 100],
    [51, 1000],
  ])('are %i of %i', (gone, companies) => {
    expect(tooMany(gone, companies)).toBe(true)
  })
})

describe('those that were given up lately', () => {
  test('are remembered for ten minutes, each from its own moment on', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    recentRevocations.add('wwA', 'wp2', 1)
    expect(recentRevocations.lately('wwA', guardWindowMs - 1)).toEqual(['wp1', 'wp2'])
    expect(recentRevocations.lately('wwA', guardWindowMs)).toEqual(['wp2'])
    expect(recentRevocations.lately('wwA', guardWindowMs + 1)).toEqual([])
  })

  test('are those of one suite alone', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    expect(recentRevocations.lately('wwa', 0)).toEqual([])
    expect(recentRevocations.lately('wwB', 0)).toEqual([])
  })

  test('are forgotten when they were taken back', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    recentRevocations.remove('wwA', 'wp1')
    recentRevocations.remove('wwA', 'wpNever')
    expect(recentRevocations.lately('wwA', 0)).toEqual([])
  })
})
