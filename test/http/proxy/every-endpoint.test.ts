/**
 * Every path of WeCom's third-party API goes up with the token that it wants, in the query that it
 * wants.
 */
import { afterAll, expect, test } from 'bun:test'
import { providerSecret } from '../../suite/provider-scene'
import { createProxyStage, ok, posted } from './proxy-stage'

const stage = await createProxyStage({
  env: { WECOM_PROVIDER_SECRET: providerSecret },
  simulator: { provider: { secret: providerSecret } },
})
const { scene, corpid } = stage
const { suiteId } = scene
stage.answer('/cgi-bin/*', ok)
afterAll(() => scene.stop())

const ofSuite = [
  'GET service/get_pre_auth_code',
  'POST service/set_session_info',
  'POST service/get_auth_info',
  'POST service/v2/get_auth_info',
  'POST service/get_admin_list',
  'POST service/get_app_qrcode',
  'GET service/auth/getuserinfo3rd',
  'GET service/getuserinfo3rd',
  'POST service/auth/getuserdetail3rd',
  'POST service/getuserdetail3rd',
  'GET service/miniprogram/jscode2session',
  'POST service/externalcontact/unionid_to_external_userid_3rd',
  'POST service/get_order',
  'POST service/get_order_list',
  'POST service/prolong_try',
]

const ofProvider = [
  'POST service/corpid_to_opencorpid',
  'POST service/get_register_code',
  'POST service/get_register_info',
  'POST service/get_customized_auth_url',
  'POST service/contact/search',
  'POST service/contact/batchsearch',
  'POST service/contact/sort',
  'POST service/contact/id_translate',
  'GET service/batch/getresult',
  'POST service/media/upload',
  'POST service/externalcontact/finish_external_userid_migration',
  'POST license/create_new_order',
  'POST license/get_app_license_info',
]

const ofCorp = [
  'POST agent/get_permissions',
  'GET agent/get',
  'POST message/send',
  'POST message/update_template_card',
  'POST message/recall',
  'POST media/upload',
  'GET media/get',
  'POST media/upload_by_url',
  'POST media/get_upload_by_url_result',
  'POST batch/userid_to_openuserid',
  'POST externalcontact/get_new_external_userid',
  'POST batch/openuserid_to_userid',
  'POST idconvert/external_tagid',
  'POST idconvert/open_kfid',
  'POST idconvert/chatid',
  'POST idconvert/convert_tmp_external_userid',
  'POST idconvert/unionid_to_external_userid',
  'GET user/list_member_auth',
  'GET user/check_member_auth',
  'POST user/list_selected_ticket_user',
  'GET miniprogram/jscode2session',
  'GET user/get',
  'GET getcallbackip',
  'GET get_api_domain_ip',
]

interface Row {
  readonly calls: readonly string[]
  readonly route: string
  readonly name: string
  readonly credential: ReturnType<typeof stage.credential>
}

const rows: readonly Row[] = [
  {
    calls: ofSuite,
    route: '/proxy/suite',
    name: 'suite_access_token',
    credential: { kind: 'suite_access_token', suiteId, corpid: null },
  },
  {
    calls: ofProvider,
    route: '/proxy/provider',
    name: 'provider_access_token',
    credential: { kind: 'provider_access_token', suiteId: null, corpid: null },
  },
  {
    calls: ['POST service/get_login_info'],
    route: '/proxy/provider',
    name: 'access_token',
    credential: { kind: 'provider_access_token', suiteId: null, corpid: null },
  },
  {
    calls: ofCorp,
    route: `/proxy/corps/${corpid}`,
    name: 'access_token',
    credential: { kind: 'access_token', suiteId, corpid },
  },
]

const cases = rows.flatMap(({ calls, ...row }) => calls.map((call) => [call, row] as const))

test.each([...cases])('%s', async (call, { route, name, credential }) => {
  const [method = '', path = ''] = call.split(' ')
  const own = '?access_token=a&suite_access_token=b&provider_access_token=c&x=1'
  const init = method === 'POST' ? posted('{"a":1}') : { method }

  const answer = await stage.ask(`${route}/cgi-bin/${path}${own}`, init)

  expect(await answer.json()).toEqual({ errcode: 0, errmsg: 'ok' })
  const sent = stage.sent.at(-1)!
  expect(sent).toMatchObject({
    method,
    path: `/cgi-bin/${path}`,
    body: method === 'POST' ? '{"a":1}' : '',
  })
  expect([...sent.query.keys()]).toEqual([name, 'x'])
  expect(stage.credential(sent.query.get(name))).toEqual(credential)
})
