import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createPageUrlParser } from '../../../src/suite/pages/page-url'
import {
  decodedWrongBecause,
  isEscapedForHtml,
  mayBeTorn,
  notEncodedBecause,
} from '../../../src/suite/pages/torn-query'

describe('a raw query', () => {
  test.each([
    ['url=https://a.example/?x=1&y=2'],
    ['?url=https://a.example/?x=1&y=2'],
    ['corpid=c&url=https://a.example/?x=1&corpid=c'],
    ['corpid=c&url=https://a.example/?x=1&url=2'],
    ['url=https://a.example/?x=1&y'],
    ['url=https://a.example/?x=1&amp;y=2'],
    ['url=x&corpid=c&url=https://a.example/?x=1&y=2'],
    ['corpid=c&url=https://a.example/?next=%2Forders%2F7'],
    ['corpid=c&url=https://a.example/%e4%b8%ad'],
    ['url=https://a.example/a%20b&corpid=c'],
    ['url=https://a.example/a%2Fb&type=config'],
    ['url=https://a.example/app%23/orders'],
    ['url=https%3A%2F%2Fa.example%2F%3Fback=http://b.example'],
    ['url=https://a.example/?share=100%'],
    ['url=https%3A%2F%2Fa.example%2F100%'],
    ['url=https%3A%2F%2Fa.example%2F%u4E2D'],
    ['url=https://a.example/a%2520b/%2f'],
  ])('is torn apart: %s', (search) => {
    expect(notEncodedBecause(search)).toBeString()
  })

  test.each([
    [''],
    ['?'],
    ['corpid=c'],
    ['corpid=c&url=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2'],
    ['corpid=c&url=https%3A%2F%2Fa.example%2F%3Fx%3D1&y=2'],
    ['corpid=c&url=https://a.example/&y=2'],
    ['corpid=c&url=https://a.example/?x=1'],
    ['y=2&corpid=c&url=https://a.example/?x=1'],
    ['url=https://a.example/?x=1&corpid=c&type=config'],
    ['url=https://a.example/?x=1&'],
    ['curl=https://a.example/?x=1&y=2'],
    ['url=https://a.example/a%2520b'],
    ['url=https://a.example/?next=%252Forders&corpid=c'],
    ['url=https://a.example/%25252F'],
    ['url=https%3A//a.example/%2520%3Fb'],
    ['url=https:%2F%2Fa.example%2F?a=1%26b=2'],
    ['url=https%3A%2F%2Fa.example%2F100%25'],
    ['url=https://a.example/app#/r?x=%2F&y=2'],
    ['from=https://b.example/%2F&url=https%3A%2F%2Fa.example%2F'],
    ['url=https://b.example/%2F&url=https%3A%2F%2Fa.example%2F'],
    ['note=100%&url=https%3A%2F%2Fa.example%2F'],
  ])('is whole: %s', (search) => {
    expect(notEncodedBecause(search)).toBeNull()
  })
})

describe('the address that a browser shows of any page', () => {
  const odd = fc.constantFrom(
    ...["'", '"', '<', '>', '[', ']', '{', '}', '|', '^', '`', '\\', ';', ':', '@', '!', '$', '*'],
    ...['+', ' ', ',', '=', '&', '/', '//', '://', '?', '.', '~', '客户', '😀', 'é', '\u0000'],
    ...[
      '%2F',
      '%2f',
      '%25',
      '%20',
      '%',
      '%zz',
      '%E4%B8',
      '%ff',
      '%3A%2F%2F',
      'https:',
      'a',
      'url=',
    ],
  )
  const pieces = fc.array(fc.oneof(odd, fc.string({ maxLength: 3 })), { maxLength: 8 })
  const text = pieces.map((all) => all.join(''))
  const page = fc
    .record({
      scheme: fc.constantFrom('https://', 'http://', 'HTTPS://'),
      host: fc.constantFrom(
        'a.example',
        'A.example:8443',
        '例子.中国',
        '[::1]:80',
        '127.0.0.1:443',
      ),
      path: text,
      search: fc.option(text),
      hash: fc.option(text),
    })
    .map(({ scheme, host, path, search, hash }) =>
      URL.parse(
        `${scheme}${host}/${path}${search === null ? '' : `?${search}`}${hash === null ? '' : `#${hash}`}`,
      ),
    )
    .filter((url) => url !== null)
    .map(({ href }) => href)
    .filter((href) => !href.includes('&amp;'))

  const parsePageUrl = createPageUrlParser()

  test('is signed as it is up to its fragment, in whichever way it was encoded', () => {
    fc.assert(
      fc.property(page, (href) => {
        const queries = [
          `corpid=c&url=${encodeURIComponent(href)}&type=config`,
          `${new URLSearchParams({ url: href, corpid: 'c' })}`,
        ]
        for (const query of queries) {
          expect(mayBeTorn(query)).toBe(false)
          expect(notEncodedBecause(query)).toBeNull()
          expect(isEscapedForHtml(query)).toBe(false)
        }
        expect(parsePageUrl(href)).toMatchObject({
          ok: true,
          value: { address: href.split('#')[0] },
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('is asked about where it was not encoded, and where it does not decode', () => {
    for (const query of ['url=https://a.example/', 'url=https%3A%2F%2Fa.example%2F?x=1']) {
      expect(mayBeTorn(query)).toBe(true)
    }
  })
})

describe('a query that a template escaped', () => {
  test.each(['corpid=c&amp;url=x', 'url=x&amp;type=config', 'url=x&a=1&amp;corpid=c'])(
    'is seen: %s',
    (query) => {
      expect(isEscapedForHtml(query)).toBe(true)
    },
  )

  test.each(['', 'corpid=c&url=x', 'url=x&amp', 'url=x&amp;v=1', 'url=x%26amp%3Btype%3D1'])(
    'is no other: %s',
    (query) => {
      expect(isEscapedForHtml(query)).toBe(false)
    },
  )
})

describe('an address that a query brought, once decoded', () => {
  test.each([['https://a.example/100%'], ['https://a.example/?a=%zz'], ['%'], ['https://a/%2#/x']])(
    'was not encoded if a "%%" in it begins no escape: %p',
    (url) => {
      expect(decodedWrongBecause(url)).toContain('begins no escape')
    },
  )

  test.each([['https://a.example/%2Fx'], ['https://a.example/'], ['https://a.example/#100%']])(
    'is whole: %p',
    (url) => {
      expect(decodedWrongBecause(url)).toBeNull()
    },
  )
})
