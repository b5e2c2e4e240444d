import { describe, expect, test } from 'bun:test'
import { refusesCode, verdictOf } from '../../../src/wecom/api/authorization-verdict'
import { WecomFailure } from '../../../src/wecom/api/failure'

const refusal = (errcode: number, path = '/cgi-bin/service/get_corp_token') =>
  new WecomFailure('errcode', path, { errcode })

describe('a refusal', () => {
  test.each([
    '/cgi-bin/service/get_corp_token',
    '/cgi-bin/service/get_auth_info',
    '/cgi-bin/service/v2/get_auth_info',
    '/cgi-bin/gettoken',
  ])('of %s says that the authorisation is gone', (path) => {
    for (const errcode of [40084, 48004, 301007, 2000002]) {
      expect(verdictOf(refusal(errcode, path))).toBe('gone')
    }
  })

  test.each([
    '/cgi-bin/service/get_suite_token',
    '/cgi-bin/service/get_admin_list',
    '/cgi-bin/get_jsapi_ticket',
    '/cgi-bin/service/v2/get_permanent_code',
  ])('of %s, which shows no permanent code, says nothing of the kind', (path) => {
    for (const errcode of [40084, 48004]) expect(verdictOf(refusal(errcode, path))).toBeNull()
  })

  test.each(['/cgi-bin/service/get_corp_token', '/cgi-bin/get_jsapi_ticket'])(
    'of %s says that the app is switched off',
    (path) => {
      for (const errcode of [50003, 48006])
        expect(verdictOf(refusal(errcode, path))).toBe('suspended')
    },
  )

  test.each([-1, 40001, 40013, 40082, 45009, 60020, 999999])('%i says nothing', (errcode) => {
    expect(verdictOf(refusal(errcode))).toBeNull()
  })

  test('without a number says nothing, nor does any other failure', () => {
    expect(verdictOf(new WecomFailure('timeout', '/cgi-bin/gettoken'))).toBeNull()
    expect(verdictOf(new Error('48004'))).toBeNull()
    expect(verdictOf(null)).toBeNull()
  })

  test('of the secret of a customised app makes us suspect its permanent code', () => {
    expect(refusesCode(refusal(40001, '/cgi-bin/gettoken'))).toBe(true)
    expect(refusesCode(refusal(40001, '/cgi-bin/service/get_provider_token'))).toBe(false)
    expect(refusesCode(refusal(-1, '/cgi-bin/gettoken'))).toBe(false)
  })
})
