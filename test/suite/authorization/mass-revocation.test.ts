import { describe, expect, test } from 'bun:test'
import {
  alarmWindowMs,
  createGivenUp,
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
    const givenUp = createGivenUp()
    givenUp.add('wwA', 'wp1', 0)
    givenUp.add('wwA', 'wp2', 1)
    expect(givenUp.lately('wwA', alarmWindowMs - 1)).toEqual(['wp1', 'wp2'])
    expect(givenUp.lately('wwA', alarmWindowMs)).toEqual(['wp2'])
    expect(givenUp.lately('wwA', alarmWindowMs + 1)).toEqual([])
  })

  test('are those of one suite alone', () => {
    const givenUp = createGivenUp()
    givenUp.add('wwA', 'wp1', 0)
    expect(givenUp.lately('wwa', 0)).toEqual([])
    expect(givenUp.lately('wwB', 0)).toEqual([])
  })

  test('are forgotten when they were taken back', () => {
    const givenUp = createGivenUp()
    givenUp.add('wwA', 'wp1', 0)
    givenUp.remove('wwA', 'wp1')
    givenUp.remove('wwA', 'wpNever')
    expect(givenUp.lately('wwA', 0)).toEqual([])
  })
})
