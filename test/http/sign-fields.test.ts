import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { pairsOf } from '../../src/http/sign-fields'

/** As the standard reads it; a name that every object has is nobody's field. */
const standard = (query: string) => {
  const { __proto__: _, ...pairs } = Object.fromEntries(new URLSearchParams(`?${query}`))
  return pairs
}

describe('a query is read as the standard says', () => {
  test.each([
    '',
    '&',
    '=',
    'url',
    'url=',
    'url=a=b',
    'a=1&a=2',
    '&&a=1&&',
    'a+b=c+d',
    '%75rl=%E4%B8%AD',
    'url=%',
    'url=%zz&corpid=a+b',
    'url=%FF',
    'url=%EF%BB%BFa',
    'url=中',
    'url=a?b#c',
  ])('%s', (query) => {
    expect(pairsOf(query)).toEqual(standard(query))
  })

  test('whatever it holds', () => {
    const piece = fc.constantFrom(
      'a',
      '=',
      '&',
      '+',
      '%',
      '%41',
      '%E4%B8%AD',
      '%FF',
      '中',
      '?',
      'url',
    )
    const query = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.oneof(query, fc.string({ unit: 'binary' })), (text) => {
        expect(pairsOf(text)).toEqual(standard(text))
      }),
      { numRuns: 2000 },
    )
  })
})
