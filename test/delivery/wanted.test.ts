import { describe, expect, test } from 'bun:test'
import { fitsType } from '../../src/delivery/wanted'

describe('a pattern of types', () => {
  test('without * fits that type alone', () => {
    expect(fitsType('create_auth', 'create_auth')).toBe(true)
    expect(fitsType('create_auth', 'create_auth2')).toBe(false)
    expect(fitsType('event.click', 'eventXclick')).toBe(false)
  })

  test.each([
    ['*', 'text', true],
    ['event.*', 'event.click', true],
    ['event.*', 'event', false],
    ['*_auth', 'create_auth', true],
    ['*_auth', 'create_auth_not', false],
    ['change_*_contact', 'change_external_contact', true],
    ['change_*_contact', 'change_contact', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*a*b*', 'xaxbx', true],
    ['*a*b*', 'xbxax', false],
    ['*ab*b', 'xab', false],
  ])('%p fits %p: %p', (pattern, type, fits) => {
    expect(fitsType(pattern, type)).toBe(fits)
  })

  test('costs no more for a great many *', () => {
    const began = performance.now()
    const type = 'e'.repeat(10_000)
    expect(fitsType(`${'*e'.repeat(49)}x`, type)).toBe(false)
    expect(fitsType(`${'*'.repeat(99)}x`, type)).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
