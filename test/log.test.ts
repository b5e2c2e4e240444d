import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  createLogger,
  type LogFields,
  type LogFormat,
  type LogLevel,
  logLevels,
  printable,
} from '../src/log'

const at = Date.UTC(2026, 10, 22, 8, 30, 1, 7)

const linesOf = (
  own: { level?: LogLevel; format?: LogFormat; coloured?: boolean },
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
    linesOf({ format: 'pretty' }, ['info', 'a URL was checked', fields])[0] ?? ''

  test('tells the time of day and its zone, the level, the message and its data', () => {
    expect(plain({ suite: 'crm', tries: 2 })).toBe(
      '08:30:01Z info  a URL was checked suite=crm tries=2',
    )
  })

  test('quotes what would not be seen to end', () => {
    expect(plain({ name: 'two words', empty: '', list: ['a', 'b'] })).toBe(
      '08:30:01Z info  a URL was checked name="two words" empty="" list=["a","b"]',
    )
  })

  test('leaves out what is undefined', () => {
    expect(plain({ suite: undefined, corpid: null })).toBe(
      '08:30:01Z info  a URL was checked corpid=null',
    )
  })

  test('says the same in colour where that is wanted', () => {
    const entry: [LogLevel, string, LogFields] = ['warn', 'a URL was checked', { suite: 'crm' }]
    const [line = ''] = linesOf({ format: 'pretty', coloured: true }, entry)
    expect(line).toContain('\u001b[33mwarn \u001b[0m')
    expect(Bun.stripANSI(line)).toBe(linesOf({ format: 'pretty' }, entry)[0]!)
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

/** What terminals obey, what turns the direction of a text, what nobody sees. */
const unseen = [
  ['a terminal’s command', '\u009b2J'],
  ['the first letter of one', '\u001b[31m'],
  ['DEL', '\u007f'],
  ['a null', '\u0000'],
  ['a line break', 'a\r\nb'],
  ['another line break', '\u0085'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
  ['a turned direction', '\u202e'],
  ['an isolated direction', '\u2066'],
  ['an Arabic letter mark', '\u061c'],
  ['a mark from left to right', '\u200e'],
  ['a blank of no width', '\u200b'],
  ['a joiner', '\u200d'],
  ['a soft hyphen', '\u00ad'],
  ['a byte order mark', '\ufeff'],
  ['half a character', '\ud83d'],
  ['the other half', '\ude00a'],
  ['a tag', '\u{e0041}'],
  ['no character at all', '\uffff'],
] as const

/** All that a line may not hold, by its numbers: the log goes by properties of Unicode. */
const forbidden = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x2069],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfffe, 0xffff],
  [0xe0000, 0xe007f],
] as const

const forbiddenIn = (line: string): string[] =>
  [...line].filter((letter) => {
    const number = letter.codePointAt(0)!
    return forbidden.some(([first, last]) => number >= first && number <= last)
  })

describe.each(['json', 'pretty'] as const)(
  'a line in %s holds nothing but what is seen',
  (format) => {
    const line = (message: string, fields: LogFields) => {
      const [own = ''] = linesOf({ format }, ['warn', message, fields])
      expect(forbiddenIn(own)).toEqual([])
      return own
    }

    test.each(unseen)('%s', (_, text) => {
      const fields = { [`name${text}`]: 1, value: text, deep: [{ [text]: { list: [text] } }] }
      const own = line(`said ${text}.`, fields)
      if (format === 'pretty')
        expect(own.match(/\\(u[0-9a-f]{4}|[rn])/g)!.length).toBeGreaterThan(4)
      else expect(JSON.parse(own)).toMatchObject({ message: `said ${text}.`, ...fields })
    })

    test('whatever comes', () => {
      const text = fc.string({ unit: 'binary', maxLength: 60 })
      fc.assert(
        fc.property(
          text,
          fc.dictionary(text, fc.anything({ withBigInt: false, maxDepth: 2, maxKeys: 3 })),
          (message, data) => {
            line(message, { data: JSON.parse(JSON.stringify(data)), message })
          },
        ),
      )
    })

    test('and what is seen stays as it is', () => {
      const name = '北京某某科技（集团）有限公司 😀 Ünïcödé ’…'
      expect(line(name, { name })).toContain(name)
    })
  },
)

describe.each(['json', 'pretty'] as const)('a long text in %s is cut', (format) => {
  const line = (fields: LogFields, message = 'x') =>
    linesOf({ format }, ['warn', message, fields])[0]!

  test('to 2,000 characters, with a word about the others', () => {
    const long = 'a'.repeat(900_000)
    const own = line({ errmsg: long, deep: { list: [long, 'short'] } }, long)
    expect(own.length).toBeLessThan(7000)
    expect(own.match(/a… \(898000 more\)/g)).toHaveLength(3)
    expect(own).toContain('short')
  })

  test('between characters and not within one', () => {
    const own = line({ text: `${'a'.repeat(1999)}😀${'b'.repeat(9)}` })
    expect(own).toContain('a… (11 more)')
    expect(own).not.toContain('\\ud83d')
  })

  test('and one that is just as long as a text may be is not', () => {
    const text = 'a'.repeat(2000)
    expect(line({ text, other: 'b'.repeat(2000) })).toContain(text)
    expect(line({ text })).not.toContain('more')
  })

  test('but not the stack of a fault of ours', () => {
    const stack = 'at somewhere '.repeat(400)
    expect(line({ stack })).toContain(stack)
  })
})

test('a text for a terminal has its unseen characters written out', () => {
  expect(printable('A\u009b2J公司\u202e\ud83d😀')).toBe('A\\u009b2J公司\\u202e\\ud83d😀')
})

test('a key or a handle of suited’s that somebody put into a path is told without its secret', () => {
  const id = 'sk_suited_0123456789abcdef'
  for (const format of ['json', 'pretty'] as const) {
    const [line] = linesOf({ format }, ['info', 'x', { path: `/a/${id}_${'x'.repeat(43)}/b` }])
    expect(line).toContain(`/a/${id}…/b`)
  }
})
