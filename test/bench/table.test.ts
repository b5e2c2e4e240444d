import { describe, expect, test } from 'bun:test'
import type { Finding } from './row'
import { markdownOf, show, targetsTable, withBlock } from './table'

describe('a number', () => {
  test.each([
    [71234.5, '71,235'],
    [100, '100'],
    [99.94, '99.9'],
    [10, '10.0'],
    [1.234, '1.23'],
    [0.857, '0.86'],
  ])('%p is shown as %s', (value, shown) => {
    expect(show(value)).toBe(shown)
  })

  test('that is none is a dash', () => {
    expect(show(Number.NaN)).toBe('—')
  })
})

describe('the table of targets', () => {
  const finding: Finding = { what: 'start', measured: '90 ms', target: '< 150 ms', met: true }
  const verdict = (change: Partial<Finding>) =>
    targetsTable([{ ...finding, ...change }]).rows[0]?.at(-1)

  test('says what was met, what was missed, and what was not measured', () => {
    expect(verdict({})).toBe('met')
    expect(verdict({ met: false })).toBe('**missed**')
    expect(verdict({ met: null })).toBe('skipped')
  })

  test('is Markdown with one line for each finding', () => {
    expect(markdownOf(targetsTable([finding])).split('\n')).toEqual([
      '| What | Measured | Target |  |',
      '|---|---|---|---|',
      '| start | 90 ms | < 150 ms | met |',
    ])
  })
})

describe('a block of a document', () => {
  const document = [
    'before',
    '<!-- a: written by bun run bench -->',
    'old',
    '<!-- a: end -->',
    'between',
    '<!-- b: written by bun run bench -->',
    '<!-- b: end -->',
    'after',
  ].join('\n')

  test('is replaced, and nothing else', () => {
    const written = withBlock(document, 'a', 'new')
    expect(written).toBe(document.replace('old', '\nnew\n'))
  })

  test('may be written again and again', () => {
    const once = withBlock(document, 'b', 'new')
    expect(withBlock(once, 'b', 'new')).toBe(once)
  })

  test('takes its text literally', () => {
    expect(withBlock(document, 'a', "$& $' $1")).toContain("$& $' $1")
  })

  test('that has no marks is refused', () => {
    expect(() => withBlock(document, 'c', 'new')).toThrow()
  })
})
