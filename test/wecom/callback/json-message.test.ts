import { describe, expect, test } from 'bun:test'
import { parseMessage } from '../../../src/wecom/callback/message'
import { parsePayload } from '../../../src/wecom/callback/payload'

const parsed = (text: string) => {
  const result = parsePayload(text)
  if (!result.ok) throw new Error(`refused as ${result.reason}`)
  return result.value
}

describe('a message in JSON', () => {
  test('is read as the XML of the same content is', () => {
    const json =
      '{"ToUserName":"wpA","MsgType":"event","Event":"sys_approval_change","ApprovalInfo":{"SpNo":202011,"SpRecord":[{"SpStatus":1},{"SpStatus":2}]}}'
    const xml =
      '<xml><ToUserName>wpA</ToUserName><MsgType>event</MsgType><Event>sys_approval_change</Event><ApprovalInfo><SpNo>202011</SpNo><SpRecord><SpStatus>1</SpStatus></SpRecord><SpRecord><SpStatus>2</SpStatus></SpRecord></ApprovalInfo></xml>'
    expect(parseMessage(json)).toEqual(parseMessage(xml))
    expect(parseMessage(json)).toMatchObject({
      value: { kind: 'data', type: 'event.sys_approval_change', corpid: 'wpA' },
    })
  })

  test.each(['7300000000000000001', '12345678901234567890', '1.50', '-0', '1e400', '0.1e-7'])(
    'has its numbers as they were written: %s',
    (number) => {
      expect(parsed(`{"MsgId":${number},"a":[{"b":[${number}]}]}`)).toEqual({
        MsgId: number,
        a: [{ b: [number] }],
      })
    },
  )

  test('has every other value as text', () => {
    expect(parsed('{"a":true,"b":false,"c":null,"d":"","e":{},"f":[],"g":["x"]}')).toEqual({
      a: 'true',
      b: 'false',
      c: '',
      d: '',
      e: {},
      f: [],
      g: ['x'],
    })
  })

  test('may stand in a root element of its own', () => {
    expect(parsed('{"xml":{"SuiteId":"ww1","InfoType":"change_auth"}}')).toEqual({
      SuiteId: 'ww1',
      InfoType: 'change_auth',
    })
    expect(parsed('{"xml":"a","b":1}')).toEqual({ xml: 'a', b: '1' })
  })

  test('keeps a member’s words to the letter', () => {
    const text = ' \u3000a\n![CDATA[x]]&amp;\u0010 '
    expect(parsed(JSON.stringify({ Content: text })).Content).toBe(text)
  })

  test.each(['\0', '\u001B', '\n', '\t', '\u001F'])('may have %j raw in a text', (character) => {
    expect(parsed(`{ "a\\"b": "x${character}y",\n "c": "\\\\" }`)).toEqual({
      'a"b': `x${character}y`,
      c: '\\',
    })
  })

  test.each([
    ['quotes that nobody escaped', '{"Content":"he said "hi" ok"}', 'he said "hi" ok'],
    ['such a quote at the end of a text', '{"Content":"he said "hi"","a":"b"}', 'he said "hi"'],
    ['an escape that there is not', '{"Content":"a\\qb"}', 'a\\qb'],
    ['a backslash before a name', '{"Content":"C:\\Users\\x"}', 'C:\\Users\\x'],
    ['a number that JSON refuses', '{"Content":007}', '007'],
    ['a number with a plus', '{"Content":+1.}', '+1.'],
    ['a word without quotes', '{"Content":NaN}', 'NaN'],
    ['a comma too many', '{"Content":"a",}', 'a'],
    ['a comma too many in a list', '{"a":["b",],"Content":"a"}', 'a'],
    ['a control character behind it', '{"Content":"a"}\u0001', 'a'],
    ['one before it, and between', '\0{\u0001"Content"\u0002:"a"}', 'a'],
    ['another document behind it', '{"Content":"a"}{"Content":"b"}', 'a'],
  ])('may have %s', (_, text, content) => {
    expect(parsed(text).Content).toBe(content)
  })

  test('has its numbers as they were written, even where it is careless elsewhere', () => {
    expect(parsed('{"MsgId":12345678901234567890,"a":1.50,}')).toEqual({
      MsgId: '12345678901234567890',
      a: '1.50',
    })
  })

  test('that is a ticket or a departure is that, however careless it is', () => {
    const told = '"SuiteId":"ww1","AuthCorpId":"wpA","TimeStamp":1700000000'
    for (const rest of ['"State":"a "b" c"', '"State":"a\\q"', '"Count":007', '"State":"a",'])
      expect(parseMessage(`{"InfoType":"cancel_auth",${told},${rest}}`)).toMatchObject({
        value: { kind: 'command', type: 'cancel_auth', corpid: 'wpA', timeStampSeconds: 1.7e9 },
      })
  })

  test('may have a byte order mark before it and NULs behind it', () => {
    expect(parsed('\uFEFF {"a":1}\0\0\n')).toEqual({ a: '1' })
  })

  test('takes names that every object has for names', () => {
    const value = parsed('{"__proto__":{"polluted":1},"constructor":2}')
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test.each([
    ['{', 'not_json'],
    ['{"a":"b', 'not_json'],
    ['{"a":b:"c"}', 'not_json'],
    ['{ "ToUserName": "wx58", "FromUserName": :mycreate" }', 'not_json'],
    ['{}', 'not_an_element_list'],
    ['{"xml":{}}', 'not_an_element_list'],
    ['{"xml":"a"}', 'not_an_element_list'],
    [`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'too_deep'],
  ])('is refused where it is none: %s', (text, reason) => {
    expect(parsePayload(text)).toEqual({ ok: false, reason: reason as never })
  })

  test.each([
    '{"a":'.repeat(200_000),
    `{"a":${'['.repeat(1_000_000)}`,
    `{${'"\\"'.repeat(300_000)}`,
  ])('takes no longer than its length allows', (text) => {
    const before = performance.now()
    expect(parsePayload(text).ok).toBe(false)
    expect(performance.now() - before).toBeLessThan(3_000)
  })
})
