import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { sentFields } from '../../../src/http/pages/signature'

/** As the standard reads it. */
const standard = (query: string) => {
  const { corpid, url, type } = Object.fromEntries(new URLSearchParams(`?${query}`))
  return { corpid, url, type }
}

describe('a query is read as the standard says', () => {
  test.each([
    '',
    '&',
    '=',
    'url',
    'url=',
    'url=a=b',
    'url=1&url=2',
    'type=&type',
    '&&url=1&&',
    'a+b=c+d&type=e+f',
    'other=%&url=1',
    'Url=1&url[]=2&constructor=3',
    '%75rl=%E4%B8%AD',
    'url=%',
    'url=%zz&corpid=a+b',
    'url=%FF',
    'url=%EF%BB%BFa',
    'url=中',
    'url=a?b#c',
  ])('%s', (query) => {
    expect(sentFields(query)).toEqual(standard(query))
  })

  test('whatever it holds', () => {
    const piece = fc.constantFrom(
      'a',
      'corpid=',
      '&type=',
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
        expect(sentFields(text)).toEqual(standard(text))
      }),
      { numRuns: 2000 },
    )
  })
})
