import { describe, expect, test } from 'bun:test'
import { isMassRevocation } from '../../../src/suite/authorization/mass-revocation'

describe('too many companies at once', () => {
  test.each([
    [1, 1],
    [3, 3],
    [3, 10],
    [5, 100],
    [50, 1000],
  ])('are not %i of %i', (gone, companies) => {
    expect(isMassRevocation(gone, companies)).toBe(false)
  })

  test.each([
    [4, 4],
    [4, 79],
    [6, 100],
    [51, 1000],
  ])('are %i of %i', (gone, companies) => {
    expect(isMassRevocation(gone, companies)).toBe(true)
  })
})
