import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import { requirePassable } from '../../../src/suite/proxy/proxied-path'

const refusal = (path: string, kind: Parameters<typeof requirePassable>[1]): ServiceError => {
  try {
    requirePassable(path, kind)
  } catch (error) {
    if (error instanceof ServiceError) return error
  }
  throw new Error(`${path} was let through`)
}

describe('a path in its simplest form', () => {
  test.each(['/cgi-bin/user/get', '/cgi-bin/gettoken2', '/cgi-bin/kf/send_msg', '/cgi-bin/a-b'])(
    '%s passes',
    (path) => {
      expect(requirePassable(path, 'access_token')).toBe('access_token')
    },
  )
})

describe('a path in any other form is refused', () => {
  test.each([
    ['a doubled slash', '/cgi-bin//user/get'],
    ['a slash at its end', '/cgi-bin/user/get/'],
    ['a step up', '/cgi-bin/user/../gettoken'],
    ['a step to itself', '/cgi-bin/./gettoken'],
    ['an escaped step up', '/cgi-bin/user/%2e%2e/gettoken'],
    ['an escaped letter', '/cgi-bin/%67ettoken'],
    ['an escaped slash', '/cgi-bin/user%2fget'],
    ['a backslash', '/cgi-bin\\user\\get'],
    ['an escaped backslash', '/cgi-bin/user%5cget'],
    ['a semicolon', '/cgi-bin/gettoken;x=1'],
    ['an upper-case letter', '/cgi-bin/getToken'],
    ['a space', '/cgi-bin/user/get '],
    ['a letter beyond ASCII', '/cgi-bin/ｇettoken'],
    ['a NUL', '/cgi-bin/gettoken\0'],
    ['a second line', '/cgi-bin/user/get\n'],
    ['another root', '/cgi-bin2/user/get'],
    ['an upper-case root', '/CGI-BIN/user/get'],
    ['nothing behind the root', '/cgi-bin/'],
    ['nothing at all', ''],
    ['no end', `/cgi-bin/${'a/'.repeat(200)}b`],
  ])('for %s', (_, path) => {
    expect(refusal(path, 'access_token').code).toBe('invalid_request')
  })
})

describe('a path that takes another kind of token', () => {
  test.each([
    ['/cgi-bin/user/get', 'suite_access_token', '/proxy/corps/{corpid}/cgi-bin/user/get'],
    ['/cgi-bin/user/get', 'provider_access_token', '/proxy/corps/{corpid}/cgi-bin/user/get'],
    [
      '/cgi-bin/service/get_pre_auth_code',
      'access_token',
      '/proxy/suite/cgi-bin/service/get_pre_auth_code',
    ],
    ['/cgi-bin/license/list_order', 'access_token', '/proxy/provider/cgi-bin/license/list_order'],
    [
      '/cgi-bin/service/get_login_info',
      'suite_access_token',
      '/proxy/provider/cgi-bin/service/get_login_info',
    ],
  ] as const)('%s with a %s is refused, and the right route is named: %s', (path, kind, route) => {
    const { code, message, extra } = refusal(path, kind)
    expect({ code, route: extra.route }).toEqual({ code: 'invalid_request', route })
    expect(message).toContain(route)
  })
})

describe('a path whose answer suited keeps', () => {
  test.each([
    ['/cgi-bin/gettoken', 'access_token', '/api/corps/{corpid}/access-token'],
    ['/cgi-bin/corpgroup/corp/gettoken', 'access_token', '/api/corps/{corpid}/access-token'],
    ['/cgi-bin/get_jsapi_ticket', 'access_token', '/sign'],
    ['/cgi-bin/ticket/get', 'access_token', '/sign'],
    ['/cgi-bin/service/get_suite_token', 'suite_access_token', '/api/suites/{suite}/access-token'],
    ['/cgi-bin/service/get_corp_token', 'suite_access_token', '/api/corps/{corpid}/access-token'],
    ['/cgi-bin/service/get_permanent_code', 'suite_access_token', '/api/corps/{corpid}'],
    ['/cgi-bin/service/v2/get_permanent_code', 'suite_access_token', '/api/corps/{corpid}'],
    ['/cgi-bin/service/get_provider_token', 'provider_access_token', '/api/provider/access-token'],
  ] as const)('%s is refused on every route and names ours: %3$s', (path, kind, route) => {
    for (const any of [kind, 'access_token', 'suite_access_token'] as const) {
      const { code, extra } = refusal(path, any)
      expect({ code, route: extra.route }).toEqual({ code: 'kept_by_suited', route })
    }
  })
})
