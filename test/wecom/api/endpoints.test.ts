import { describe, expect, test } from 'bun:test'
import { type CredentialKind, endpointOf, tokenKindOf } from '../../../src/wecom/api/endpoints'

const queryOf = {
  none: null,
  suite: 'suite_access_token',
  provider: 'provider_access_token',
  corp: 'access_token',
} as const

const paths: Record<CredentialKind, readonly string[]> = {
  none: ['service/get_suite_token', 'service/get_provider_token', 'gettoken'],
  suite: [
    'service/get_pre_auth_code',
    'service/set_session_info',
    'service/v2/get_permanent_code',
    'service/get_permanent_code',
    'service/v2/get_auth_info',
    'service/get_auth_info',
    'service/get_corp_token',
    'service/get_admin_list',
    'service/get_app_qrcode',
    'service/auth/getuserinfo3rd',
    'service/getuserinfo3rd',
    'service/auth/getuserdetail3rd',
    'service/getuserdetail3rd',
    'service/miniprogram/jscode2session',
    'service/externalcontact/unionid_to_external_userid_3rd',
    'service/get_order',
    'service/get_order_list',
    'service/prolong_try',
    'service/not_known_yet',
  ],
  provider: [
    'service/corpid_to_opencorpid',
    'service/get_register_code',
    'service/get_register_info',
    'service/get_customized_auth_url',
    'service/contact/search',
    'service/contact/batchsearch',
    'service/contact/sort',
    'service/contact/id_translate',
    'service/batch/getresult',
    'service/media/upload',
    'service/externalcontact/finish_external_userid_migration',
    'license/create_new_order',
    'license/list_order',
    'license/get_order',
    'license/active_account',
    'license/get_app_license_info',
    'license/not_known_yet',
  ],
  corp: [
    'get_jsapi_ticket',
    'ticket/get',
    'agent/get',
    'agent/get_permissions',
    'message/send',
    'message/update_template_card',
    'message/recall',
    'media/upload',
    'media/get',
    'media/upload_by_url',
    'batch/userid_to_openuserid',
    'batch/getresult',
    'externalcontact/get_new_external_userid',
    'idconvert/external_tagid',
    'user/list_member_auth',
    'getcallbackip',
    'get_api_domain_ip',
    'user/get',
    'miniprogram/jscode2session',
    'service',
    'licenses/get_order',
  ],
}

describe('the token that a path takes', () => {
  for (const [kind, names] of Object.entries(paths) as [CredentialKind, readonly string[]][]) {
    test.each([...names])(`${kind}: %s`, (name) => {
      expect(tokenKindOf(`/cgi-bin/${name}`)).toEqual({ kind, query: queryOf[kind] })
    })
  }

  test("get_login_info takes the provider's token under the name of the company's", () => {
    expect(tokenKindOf('/cgi-bin/service/get_login_info')).toEqual({
      kind: 'provider',
      query: 'access_token',
    })
  })

  test('a query changes nothing', () => {
    const path = '/cgi-bin/service/get_login_info'
    expect(tokenKindOf(`${path}?debug=1`)).toEqual(tokenKindOf(path))
    expect(endpointOf('/cgi-bin/ticket/get?type=agent_config&x=?')).toEqual(
      endpointOf('/cgi-bin/ticket/get'),
    )
  })

  test('paths are compared exactly', () => {
    expect(tokenKindOf('/cgi-bin/service/Get_Login_Info').kind).toBe('suite')
    expect(tokenKindOf('/cgi-bin/service/corpid_to_opencorpid/').kind).toBe('suite')
    expect(tokenKindOf('/CGI-BIN/license/get_order').kind).toBe('corp')
  })

  test('names that every object has are unknown paths like any other', () => {
    for (const path of ['constructor', '__proto__', 'toString', '']) {
      expect(endpointOf(path)).toEqual({
        kind: 'corp',
        query: 'access_token',
        idempotent: false,
        ownRoute: null,
        corpField: null,
        opensSession: false,
      })
    }
  })
})

describe('a call that timed out', () => {
  test.each([
    'service/get_corp_token',
    'service/v2/get_permanent_code',
    'service/get_permanent_code',
    'service/auth/getuserinfo3rd',
    'service/get_login_info',
    'license/get_order',
    'license/get_active_info_by_user',
    'agent/get',
    'media/get',
    'batch/userid_to_openuserid',
  ])('is repeated when it only reads or its code works once: %s', (name) => {
    expect(endpointOf(`/cgi-bin/${name}`).idempotent).toBe(true)
  })

  test.each([
    'message/send',
    'message/update_template_card',
    'media/upload',
    'media/upload_by_url',
    'service/prolong_try',
    'service/media/upload',
    'service/contact/id_translate',
    'license/create_new_order',
    'license/active_account',
    'license/batch_transfer_license',
    'license/submit_pay_job',
    'not_known_yet',
  ])('is not repeated when it may act twice: %s', (name) => {
    expect(endpointOf(`/cgi-bin/${name}`).idempotent).toBe(false)
  })
})

describe('an answer that suited keeps', () => {
  test.each([
    ['service/get_suite_token', '/api/suites/{suite}/access-token'],
    ['service/get_provider_token', '/api/provider/access-token'],
    ['service/get_corp_token', '/api/corps/{corpid}/access-token'],
    ['gettoken', '/api/corps/{corpid}/access-token'],
    ['corpgroup/corp/gettoken', '/api/corps/{corpid}/access-token'],
    ['service/get_permanent_code', '/api/corps/{corpid}'],
    ['service/v2/get_permanent_code', '/api/corps/{corpid}'],
    ['get_jsapi_ticket', '/sign'],
    ['ticket/get', '/sign'],
  ])('%s: %s is to be used instead', (name, route) => {
    expect(endpointOf(`/cgi-bin/${name}`).ownRoute).toBe(route)
  })

  test.each([
    'service/get_pre_auth_code',
    'service/v2/get_auth_info',
    'service/get_register_info',
    'message/send',
  ])('%s is passed on', (name) => {
    expect(endpointOf(`/cgi-bin/${name}`).ownRoute).toBeNull()
  })
})

describe('the company that a call with a suite’s token is about', () => {
  test.each([
    ['service/get_auth_info', 'auth_corpid'],
    ['service/v2/get_auth_info', 'auth_corpid'],
    ['service/get_corp_token', 'auth_corpid'],
    ['service/get_admin_list', 'auth_corpid'],
    ['service/prolong_try', 'buyer_corpid'],
    ['service/externalcontact/unionid_to_external_userid_3rd', 'corpid'],
  ])('%s names it in the field %s of its body', (name, field) => {
    expect(endpointOf(`/cgi-bin/${name}`).corpField).toBe(field)
  })

  test.each([
    'service/get_pre_auth_code',
    'service/auth/getuserinfo3rd',
    'service/get_order',
    'service/get_order_list',
    'service/miniprogram/jscode2session',
    'service/not_known_yet',
  ])('is not to be found in a call of %s', (name) => {
    expect(endpointOf(`/cgi-bin/${name}`).corpField).toBeNull()
  })
})

describe('an answer that opens a session', () => {
  test.each([
    'service/miniprogram/jscode2session',
    'miniprogram/jscode2session',
    'miniprogram/transfer_session',
  ])('is that of %s', (name) => {
    expect(endpointOf(`/cgi-bin/${name}`).opensSession).toBe(true)
  })

  test('is no other', () => {
    expect(endpointOf('/cgi-bin/service/auth/getuserinfo3rd').opensSession).toBe(false)
  })
})
