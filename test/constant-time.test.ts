import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { equalInConstantTime } from '../src/constant-time'

describe('comparing in constant time', () => {
  const signature = '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3'

  test('takes a text for equal to itself alone', () => {
    expect(equalInConstantTime(signature, signature)).toBe(true)
    expect(equalInConstantTime('', '')).toBe(true)
  })

  test.each([
    ['its first letter', `6${signature.slice(1)}`],
    ['its last letter', `${signature.slice(0, -1)}4`],
    ['its case', signature.toUpperCase()],
    ['a letter less', signature.slice(1)],
    ['a letter more', `${signature}0`],
    ['being empty', ''],
    ['as many letters of more bytes each', '你'.repeat(40)],
  ])('tells a text that differs by %s', (_, other) => {
    expect(equalInConstantTime(signature, other)).toBe(false)
    expect(equalInConstantTime(other, signature)).toBe(false)
  })

  test('agrees with ordinary comparison', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(equalInConstantTime(one, other)).toBe(one === other)
      }),
    )
  })
})
