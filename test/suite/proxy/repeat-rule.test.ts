import { describe, expect, test } from 'bun:test'
import { isDeadToken, isRepeated, mayReuseConnection } from '../../../src/suite/proxy/repeat-rule'

describe('a call is healed and repeated', () => {
  test.each([40014, 42001, 42009, 40082])('when WeCom answers %d: the token is dead', (errcode) => {
    expect(isDeadToken(errcode)).toBe(true)
  })

  test.each([null, 0, -1, 40001, 40058, 45009, 45033, 60020, 41001])('not on %p', (errcode) => {
    expect(isDeadToken(errcode)).toBe(false)
  })
})

describe('a call that failed on its way', () => {
  test.each([
    ['before_request', true, true],
    ['before_request', false, false],
    ['after_request', true, false],
    ['after_request', false, false],
  ] as const)('%s, its body held: %p, is sent again: %p', (point, held, again) => {
    expect(isRepeated(point, held)).toBe(again)
  })
})

describe('the connection that a call goes over', () => {
  test.each([
    ['GET', '/cgi-bin/user/get', true],
    ['HEAD', '/cgi-bin/user/get', true],
    ['GET', '/cgi-bin/user/simplelist', true],
    ['GET', '/cgi-bin/department/list', true],
    ['GET', '/cgi-bin/media/get', true],
    ['GET', '/cgi-bin/getcallbackip', true],
    ['GET', '/cgi-bin/service/miniprogram/jscode2session', true],
    ['GET', '/cgi-bin/user/delete', false],
    ['GET', '/cgi-bin/department/delete', false],
    ['GET', '/cgi-bin/user/getter/delete', false],
    ['HEAD', '/cgi-bin/user/delete', false],
    ['POST', '/cgi-bin/message/send', true],
    ['PATCH', '/cgi-bin/message/send', true],
    ['PUT', '/cgi-bin/user/get', false],
    ['DELETE', '/cgi-bin/user/get', false],
    ['OPTIONS', '/cgi-bin/user/get', false],
  ] as const)(
    'may have been used before, where Bun doesn’t repeat it or it only reads: %s %s: %p',
    (method, path, reused) => {
      expect(mayReuseConnection(method, path)).toBe(reused)
    },
  )
})
