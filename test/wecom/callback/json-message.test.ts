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
    ['{"a":1}x', 'not_json'],
    ['{"a":1}{"b":2}', 'not_json'],
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
