import { describe, expect, test } from 'bun:test'
import { errcodeHeaders } from '../../../src/suite/proxy/errcode-headers'
import { errcodes } from '../../../src/wecom/errcode/errcode'

test.each([null, 0])('a success (%p) has no such headers', (errcode) => {
  expect(errcodeHeaders(errcode, null)).toEqual({})
})

test('every errcode that suited knows has cause and cure, in printable ASCII, with WeCom’s page', () => {
  for (const { errcode } of errcodes()) {
    const headers = errcodeHeaders(errcode, null)
    expect(headers['suited-errcode']).toBe(String(errcode))
    for (const text of [headers['suited-cause'], headers['suited-cure']]) {
      expect(text).toMatch(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/)
      expect(text).not.toMatch(/ {2}| [.,;]/)
      expect(text!.length).toBeLessThan(1000)
    }
    expect(headers['suited-cure']).toEndWith(
      ` See https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
    )
  }
})

test('one that suited doesn’t know has the page alone', () => {
  expect(errcodeHeaders(999999, null)).toEqual({
    'suited-errcode': '999999',
    'suited-cure': 'See https://open.work.weixin.qq.com/devtool/query?e=999999',
  })
})

describe('a limit of WeCom’s says when to come again', () => {
  test.each([45009, 45011, 45033])('%d, which tells nothing itself: in a minute', (errcode) => {
    expect(errcodeHeaders(errcode, null)['retry-after']).toBe('60')
  })

  test.each([
    ['7', '7'],
    ['0', '1'],
    ['-1', '60'],
    ['999999999', '3600'],
    ['1e12', '60'],
    ['abc', '60'],
    ['Wed, 21 Oct 2099 07:28:00 GMT', '60'],
  ])('told %p: in %p seconds', (told, seconds) => {
    expect(errcodeHeaders(45009, told)['retry-after']).toBe(seconds)
  })

  test.each([40014, 60020, 40058])('but %d is none', (errcode) => {
    expect(errcodeHeaders(errcode, '7')['retry-after']).toBeUndefined()
  })
})
