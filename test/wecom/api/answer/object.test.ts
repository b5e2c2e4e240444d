import { describe, expect, test } from 'bun:test'
import { answerObjectIn } from '../../../../src/wecom/api/answer/object'

/** The members of a document, however it had to be read. */
const membersOf = (text: string) => answerObjectIn(text)?.members

describe('a document that JSON refuses is read all the same', () => {
  test.each(Array.from({ length: 32 }, (_, code) => code))(
    'with the raw character %d in a name, as is the name of a member',
    (code) => {
      const raw = String.fromCharCode(code)
      const kept = code === 0 ? '\uFFFD' : raw
      expect(membersOf(`{"errcode":0,"corp_name":"A${raw}B","c${raw}":1}`)).toEqual({
        errcode: 0,
        corp_name: `A${kept}B`,
        [`c${kept}`]: 1,
      })
    },
  )

  const cases: [string, string, Record<string, unknown>][] = [
    ['a byte order mark, or two', '\uFEFF\uFEFF{"a":1}', { a: 1 }],
    ['zero bytes behind it', '{"a":1}\0\0\0', { a: 1 }],
    ['zero bytes in front of it', '\0\0{"a":1}', { a: 1 }],
    ['another document behind it', '{"a":1}{"a":2}', { a: 1 }],
    ['a page behind it', '{"a":1}<html>"}', { a: 1 }],
    ['control characters between values', '{\x01"a"\x02:\x03[1\0,2\x1f]}\0', { a: [1, 2] }],
    [
      'a quote that nobody escaped',
      '{"a":"the "A" company","b":2}',
      { a: 'the "A" company', b: 2 },
    ],
    ['such a quote at the end of a text', '{"a":"A"","b":2}', { a: 'A"', b: 2 }],
    ['an escape that there is not', '{"a":"C:\\x\\u12","b":2}', { a: 'C:\\x\\u12', b: 2 }],
    ['a comma too many', '{"a":[1,2,],"b":{"c":1,},}', { a: [1, 2], b: { c: 1 } }],
    ['values without quotes', '{"a":NaN,"b":007,"c":+1}', { a: 'NaN', b: '007', c: '+1' }],
    ['half a character that hides a quote', '{"a":"\uFFFD\\","b":2}', { a: '\uFFFD', b: 2 }],
    ['right escapes beside wrong ones', '{"a":"\x1b\\n\\u4e2d\\"\\\\"}', { a: '\x1b\n中"\\' }],
    [
      'a name of members like that of an object’s own',
      '{"__proto__":"\x01"}',
      JSON.parse('{"__proto__":"\\u0001"}'),
    ],
  ]

  test.each(cases)('%s', (_, text, members) => {
    expect(membersOf(text)).toEqual(members)
    expect(answerObjectIn(text)?.whole).toBe(true)
  })
})

describe('what storage can’t keep becomes U+FFFD', () => {
  test.each([
    ['a zero character, escaped', '{"a":"x\\u0000y"}', 'x\uFFFDy'],
    ['half of a surrogate pair', '{"a":"x\\ud800y"}', 'x\uFFFDy'],
    ['the other half', '{"a":"\\udc00"}', '\uFFFD'],
    ['both in the wrong order', '{"a":"\\udc00\\ud83d"}', '\uFFFD\uFFFD'],
  ])('%s', (_, text, a) => {
    expect(membersOf(text)).toEqual({ a })
  })

  test('a whole pair stays what it is', () => {
    expect(membersOf('{"a":"\\ud83d\\ude00"}')).toEqual({ a: '😀' })
  })

  test('what is nested without end goes', () => {
    const text = `{"errcode":0,"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`
    const { errcode, ...rest } = membersOf(text) ?? {}
    expect(errcode).toBe(0)
    expect(JSON.stringify(rest).length).toBeLessThan(1000)
  })
})

describe('of a document that is cut off', () => {
  const whole =
    '{"errcode":0,"permanent_code":"P-1","dealer_corp_info":{"corpid":"D"},"auth_corp_info":{"corpid":"wpE","corp_name":"A"},"x":1}'

  test('a member is found once it stands there whole, wherever the cut is', () => {
    for (let length = 1; length < whole.length; length++) {
      const { permanent_code, auth_corp_info } = membersOf(whole.slice(0, length)) ?? {}
      const codeEnds = whole.indexOf('P-1"') + 4
      const corpidEnds = whole.indexOf('wpE"') + 4
      expect([length, permanent_code]).toEqual([length, length < codeEnds ? undefined : 'P-1'])
      expect(auth_corp_info).toEqual(length < corpidEnds ? undefined : { corpid: 'wpE' })
    }
  })

  test('half a number is none', () => {
    expect(membersOf('{"expires_in":72')).toEqual({})
    expect(membersOf('{"expires_in":7200,"x')).toEqual({ expires_in: '7200' })
  })

  test('what a name pretends to be doesn’t count', () => {
    const name = JSON.stringify('","permanent_code":"E","x":"').slice(1, -1)
    expect(membersOf(`{"corp_name":"${name}","permanent_code":"P","x`)).toEqual({
      permanent_code: 'P',
    })
  })

  test('a document with a quote that nobody can place still gives what it has', () => {
    const torn = '{"errcode":0,"corp_name":"a"b":"c","permanent_code":"P"}'
    expect(membersOf(torn)).toMatchObject({ permanent_code: 'P' })
  })
})

test.each(['', 'null', '1', '[1]', '"x"', '<html>{"a":1}', 'upstream error', '\0', '\uFEFF', ']'])(
  'no object is none: %j',
  (text) => {
    expect(answerObjectIn(text)).toBeNull()
  },
)

describe('a document of half a mebibyte takes no longer than its length allows', () => {
  const much = 2 ** 19
  test.each([
    ['brackets', `{"a":${'['.repeat(much)}`],
    ['objects', '{"a":'.repeat(much / 5)],
    ['quotes', `{"a":"${'"'.repeat(much)}`],
    ['quotes and blanks', `{"a":"${'" '.repeat(much / 2)}`],
    ['backslashes', `{"a":"${'\\'.repeat(much)}`],
    ['control characters', `{"a":"${'\x01'.repeat(much)}`],
    ['blanks', `{"a"${' '.repeat(much)}`],
    ['names of codes', `{${'"permanent_code":"'.repeat(much / 18)}`],
    ['names of companies', `{"auth_corp_info"${'"corpid":"a'.repeat(much / 11)}`],
  ])('%s', (_, text) => {
    const began = performance.now()
    answerObjectIn(text)
    // A square of the length would take hours.
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})
