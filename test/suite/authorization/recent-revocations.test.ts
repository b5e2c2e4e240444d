import { describe, expect, test } from 'bun:test'
import { guardWindowMs } from '../../../src/suite/authorization/mass-revocation'
import { createRecentRevocations } from '../../../src/suite/authorization/recent-revocations'

describe('companies that were revoked lately', () => {
  test('are remembered for ten minutes, each from its own moment on', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    recentRevocations.add('wwA', 'wp2', 1)
    expect(recentRevocations.of('wwA', guardWindowMs - 1)).toEqual(['wp1', 'wp2'])
    expect(recentRevocations.of('wwA', guardWindowMs)).toEqual(['wp2'])
    expect(recentRevocations.of('wwA', guardWindowMs + 1)).toEqual([])
  })

  test('are those of one suite alone', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    expect(recentRevocations.of('wwa', 0)).toEqual([])
    expect(recentRevocations.of('wwB', 0)).toEqual([])
  })

  test('are forgotten when they were taken back', () => {
    const recentRevocations = createRecentRevocations()
    recentRevocations.add('wwA', 'wp1', 0)
    recentRevocations.remove('wwA', 'wp1')
    recentRevocations.remove('wwA', 'wpNever')
    expect(recentRevocations.of('wwA', 0)).toEqual([])
  })
})
