import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createLogger, type LogFields, type LogFormat, type LogLevel, logLevels } from '../src/log'

const at = Date.UTC(2026, 10, 22, 8, 30, 1, 7)

const linesOf = (
  own: { level?: LogLevel; format?: LogFormat },
  ...entries: [LogLevel, string, LogFields?][]
): string[] => {
  const lines: string[] = []
  const log = createLogger({
    level: 'debug',
    format: 'json',
    ...own,
    now: () => at,
    write: (line) => lines.push(line),
  })
  for (const [level, message, fields] of entries) log[level](message, fields)
  return lines
}

describe('a log of a level', () => {
  const oneEach = logLevels.map((level): [LogLevel, string] => [level, `a ${level} line`])

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as [LogLevel, LogLevel[]][])('holds that level and what is graver: %s', (level, levels) => {
    const lines = linesOf({ level }, ...oneEach)
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels)
  })
})

describe('a line in JSON', () => {
  test('tells when, how grave and what, then its data', () => {
    const [line] = linesOf({}, ['warn', 'a ticket is late', { suite: 'crm', ageMinutes: 31 }])
    expect(line).toBe(
      '{"time":"2026-11-22T08:30:01.007Z","level":"warn","message":"a ticket is late","suite":"crm","ageMinutes":31}',
    )
  })

  test('leaves out what is undefined', () => {
    const [line = ''] = linesOf({}, ['info', 'x', { suite: undefined, corpid: null }])
    expect(Object.keys(JSON.parse(line))).toEqual(['time', 'level', 'message', 'corpid'])
  })

  test('is one line that can be read back, whatever it tells', () => {
    const anyText = fc.string({ unit: 'binary' })
    const fields = fc.record({ text: anyText, list: fc.array(anyText), flag: fc.boolean() })
    fc.assert(
      fc.property(anyText, fields, (message, data) => {
        const [line = ''] = linesOf({}, ['info', message, data])
        expect(line).not.toMatch(/[\n\r]/)
        expect(JSON.parse(line)).toMatchObject({ level: 'info', message, ...data })
      }),
    )
  })
})

describe('a pretty line', () => {
  const plain = (fields: LogFields) =>
    Bun.stripANSI(linesOf({ format: 'pretty' }, ['info', 'a URL was checked', fields])[0] ?? '')

  test('tells the time of day, the level, the message and its data', () => {
    expect(plain({ suite: 'crm', tries: 2 })).toBe(
      '08:30:01 info  a URL was checked suite=crm tries=2',
    )
  })

  test('quotes what would not be seen to end', () => {
    expect(plain({ name: 'two words', empty: '', list: ['a', 'b'] })).toBe(
      '08:30:01 info  a URL was checked name="two words" empty="" list=["a","b"]',
    )
  })

  test('leaves out what is undefined', () => {
    expect(plain({ suite: undefined, corpid: null })).toBe(
      '08:30:01 info  a URL was checked corpid=null',
    )
  })

  test('is one line, and moves no cursor, whatever data came from outside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = plain({ text: `\u001b[2J\n${text}` })
        expect([...line].filter((letter) => letter < ' ')).toEqual([])
      }),
    )
  })
})
