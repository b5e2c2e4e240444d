import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import { rowsOfCsv } from '../../../src/suite/transfer/csv-rows'

const rows = (text: string) => rowsOfCsv(text).map(({ number, cells }) => [number, ...cells])

describe('a row of CSV', () => {
  test.each<[string, string, (string | number)[][]]>([
    ['behind a BOM', '\uFEFF"a",b\n', [[1, 'a', 'b']]],
    [
      'that ends in CRLF',
      'a,b\r\nc,d\r\n',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    ['without a newline at its end', 'a,b', [[1, 'a', 'b']]],
    ['with blanks around its cells', ' a ,\tb \n', [[1, 'a', 'b']]],
    ['with a comma and a quote in quotes', '"a, ""b""",c\n', [[1, 'a, "b"', 'c']]],
    ['with a quote inside of a plain cell', 'a "b" c,d\n', [[1, 'a "b" c', 'd']]],
    [
      'with fewer cells than the one before, or more',
      'a,b\nc\nd,e,f\n',
      [
        [1, 'a', 'b'],
        [2, 'c'],
        [3, 'd', 'e', 'f'],
      ],
    ],
  ])('is read %s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected)
  })

  test.each(['\n', '\r\n'])('has the number of the line on which it begins, with %j', (newline) => {
    const text = ['', 'a,b', ' ', ',', '"c', '', 'd",e', 'f,g', ''].join(newline)
    expect(rowsOfCsv(text).map(({ number }) => number)).toEqual([2, 5, 8])
  })

  test.each(['', '\n\n', ' , \n', '\uFEFF'])('is nowhere in %j', (text) => {
    expect(rows(text)).toEqual([])
  })
})

describe('a quote where none may stand', () => {
  test.each([
    ['is never closed', 'a,b\n"secret,d\ne,f\n', /line \d.*never closed/],
    ['is closed before the end of its cell', 'a,b\n"c" secret,d\n', /line 2.*closing quote/],
  ])('is refused with its line, and nothing of the text: it %s', (_, text, sentence) => {
    const refusal = (() => {
      try {
        return rowsOfCsv(text)
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toBeInstanceOf(ServiceError)
    expect(refusal).toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(sentence),
    })
    expect(String(refusal)).not.toContain('secret')
  })
})
