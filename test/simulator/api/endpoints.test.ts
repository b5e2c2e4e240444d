/**
 * Every endpoint of WeCom's that the simulator plays: the method, the token, and a request that
 * succeeds. The list is written by hand from WeCom's reference and shares nothing with src.
 */
import { describe, expect, test } from 'bun:test'
import { endpoints } from '../../../src/simulator/api/api'
import { issueToken } from '../../../src/simulator/world/tokens'
import { tokenKindOf } from '../../../src/wecom/api/endpoints'
import {
  type Box,
  corpid,
  createBox,
  creator,
  type Json,
  provider,
  suiteId,
  templateId,
  worker,
} from '../box'

type Kind = 'none' | 'suite' | 'provider' | 'corp' | 'own' | 'login'

interface Asked {
  readonly query?: Record<string, string>
  readonly body?: Json
  readonly form?: FormData
}

/** What requests are made of: an installed app, its codes, and answers of earlier calls. */
interface Stage extends Box {
  readonly permanentCode: string
  readonly authCode: string
  code(kind: string): Promise<string>
  /** A member of the answer to an earlier call with the provider's token. */
  from(path: string, body: Json, name: string): Promise<string>
  /** The same with the company's token. */
  ofCorp(path: string, body: Json, name: string): Promise<string>
  paidCode(): Promise<string>
  mediaId(owner?: string | null): Promise<string>
}

const file = () => {
  const form = new FormData()
  form.append('media', new Blob(['content']), 'a.png')
  return form
}

const nothing = (): Asked => ({})
const body = (asked: Json) => (): Asked => ({ body: asked })
const query = (asked: Record<string, string>) => (): Asked => ({ query: asked })
const message = { touser: '@all', msgtype: 'template_card', agentid: 1000002, template_card: {} }
const count = { account_count: { base_count: 1 }, account_duration: { months: 1 } }
const newOrder = { corpid, buyer_userid: creator, ...count }
const order = (stage: Stage) => stage.from('license/create_new_order', newOrder, 'order_id')
const withOrder =
  (more: Json) =>
  async (stage: Stage): Promise<Asked> => ({
    body: { ...more, order_id: await order(stage) },
  })
const withCode =
  (more: (activeCode: string) => Json) =>
  async (stage: Stage): Promise<Asked> => ({
    body: { corpid, ...more(await stage.paidCode()) },
  })
const buying = { buy_list: [{ corpid, ...count }] }
const holder = ({ permanentCode }: Stage): Asked => ({
  body: { auth_corpid: corpid, permanent_code: permanentCode },
})
const exchanged = ({ authCode }: Stage): Asked => ({ body: { auth_code: authCode } })
const loggedIn = async ({ code }: Stage): Promise<Asked> => ({
  query: { code: await code('oauth_code') },
})
const ticketed = async ({ simulator, get, suiteToken }: Stage): Promise<Asked> => {
  simulator.world.visitor = { corpid, userid: worker }
  const page = await simulator.fetch(
    `https://open.weixin.qq.com/connect/oauth2/authorize?${new URLSearchParams({
      appid: suiteId,
      redirect_uri: 'https://app.example.com/',
      response_type: 'code',
      scope: 'snsapi_privateinfo',
      state: 's',
    })}`,
  )
  const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const asked = { code, suite_access_token: await suiteToken() }
  const { user_ticket } = await get('/cgi-bin/service/auth/getuserinfo3rd', asked)
  return { body: { user_ticket } }
}
const miniProgram = async ({ code }: Stage): Promise<Asked> => ({
  query: { js_code: await code('js_code'), grant_type: 'authorization_code' },
})
const byUrl = {
  scene: 1,
  type: 'video',
  filename: 'a.mp4',
  url: 'https://a.example/a.mp4',
  md5: '0'.repeat(32),
}

type Row = readonly [
  method: 'GET' | 'POST' | 'GET, POST',
  path: string,
  token: Kind,
  ask: (stage: Stage) => Asked | Promise<Asked>,
]

const rows: readonly Row[] = [
  [
    'POST',
    'service/get_suite_token',
    'none',
    ({ simulator }) => ({
      body: {
        suite_id: suiteId,
        suite_secret: simulator.world.suites.get(suiteId)?.suiteSecret,
        suite_ticket: simulator.issueTicket(suiteId),
      },
    }),
  ],
  ['GET', 'service/get_pre_auth_code', 'suite', nothing],
  [
    'POST',
    'service/set_session_info',
    'suite',
    async ({ get, suiteToken }) => {
      const asked = { suite_access_token: await suiteToken() }
      const { pre_auth_code } = await get('/cgi-bin/service/get_pre_auth_code', asked)
      return { body: { pre_auth_code, session_info: { auth_type: 1 } } }
    },
  ],
  ['POST', 'service/v2/get_permanent_code', 'suite', exchanged],
  ['POST', 'service/get_permanent_code', 'suite', exchanged],
  ['POST', 'service/v2/get_auth_info', 'suite', holder],
  ['POST', 'service/get_auth_info', 'suite', holder],
  ['POST', 'service/get_corp_token', 'suite', holder],
  [
    'GET',
    'gettoken',
    'none',
    async ({ simulator }) => {
      const { installation } = await simulator.pusher.install(templateId, corpid)
      return { query: { corpid, corpsecret: installation.permanentCode } }
    },
  ],
  ['POST', 'service/get_admin_list', 'suite', body({ auth_corpid: corpid, agentid: 1000002 })],
  [
    'POST',
    'service/get_app_qrcode',
    'suite',
    body({ suite_id: suiteId, appid: 1, result_type: 2 }),
  ],
  ['GET', 'service/auth/getuserinfo3rd', 'suite', loggedIn],
  ['GET', 'service/getuserinfo3rd', 'suite', loggedIn],
  ['POST', 'service/auth/getuserdetail3rd', 'suite', ticketed],
  ['POST', 'service/getuserdetail3rd', 'suite', ticketed],
  ['GET', 'service/miniprogram/jscode2session', 'suite', miniProgram],
  [
    'POST',
    'service/get_login_info',
    'login',
    async ({ code }) => ({
      body: { auth_code: await code('login_auth_code') },
    }),
  ],

  [
    'POST',
    'service/get_provider_token',
    'none',
    body({ corpid: provider.corpid, provider_secret: provider.secret }),
  ],
  ['POST', 'service/corpid_to_opencorpid', 'provider', body({ corpid })],
  ['POST', 'service/get_register_code', 'provider', body({ template_id: 'tpl1', state: 'a1' })],
  [
    'POST',
    'service/get_register_info',
    'provider',
    async ({ from, post }) => {
      const code = await from('service/get_register_code', { template_id: 'tpl1' }, 'register_code')
      await post('/simulator/registration', {}, { registerCode: code, corpid })
      return { body: { register_code: code } }
    },
  ],
  [
    'POST',
    'service/get_customized_auth_url',
    'provider',
    body({ state: 'a1', templateid_list: [templateId] }),
  ],
  ['POST', 'service/contact/search', 'provider', body({ auth_corpid: corpid, query_word: '青' })],
  [
    'POST',
    'service/contact/batchsearch',
    'provider',
    body({ auth_corpid: corpid, query_request_list: [{ query_word: '青' }] }),
  ],
  [
    'POST',
    'service/contact/sort',
    'provider',
    body({ auth_corpid: corpid, useridlist: [worker, creator] }),
  ],
  [
    'POST',
    'service/contact/id_translate',
    'provider',
    async ({ mediaId }) => ({
      body: { auth_corpid: corpid, media_id_list: [await mediaId(null)] },
    }),
  ],
  [
    'GET',
    'service/batch/getresult',
    'provider',
    async ({ from, mediaId }) => {
      const asked = { auth_corpid: corpid, media_id_list: [await mediaId(null)] }
      return { query: { jobid: await from('service/contact/id_translate', asked, 'jobid') } }
    },
  ],
  ['POST', 'service/media/upload', 'provider', () => ({ query: { type: 'image' }, form: file() })],
  [
    'POST',
    'service/externalcontact/finish_external_userid_migration',
    'provider',
    body({ corpid }),
  ],
  [
    'POST',
    'service/externalcontact/unionid_to_external_userid_3rd',
    'suite',
    body({ unionid: 'o6WorkerA', openid: 'o1', corpid }),
  ],
  [
    'POST',
    'service/get_order',
    'suite',
    async ({ post, suiteToken }) => {
      const asked = { suite_access_token: await suiteToken() }
      const all = { start_time: 0, end_time: 2_000_000_000 }
      const { order_list } = await post('/cgi-bin/service/get_order_list', asked, all)
      return { body: { orderid: (order_list as Json[])[0]?.orderid } }
    },
  ],
  ['POST', 'service/get_order_list', 'suite', body({ start_time: 0, end_time: 1, test_mode: 0 })],
  ['POST', 'service/prolong_try', 'suite', body({ buyer_corpid: corpid, prolong_days: 7 })],

  ['POST', 'license/create_new_order', 'provider', body(newOrder)],
  [
    'POST',
    'license/create_renew_order_job',
    'provider',
    body({ corpid, account_list: [{ userid: worker, type: 1 }] }),
  ],
  [
    'POST',
    'license/submit_order_job',
    'provider',
    async ({ from }) => {
      const asked = { corpid, account_list: [{ userid: worker, type: 1 }] }
      const jobid = await from('license/create_renew_order_job', asked, 'jobid')
      return { body: { jobid, buyer_userid: creator, account_duration: { days: 31 } } }
    },
  ],
  ['POST', 'license/list_order', 'provider', nothing],
  ['POST', 'license/get_order', 'provider', withOrder({})],
  ['POST', 'license/list_order_account', 'provider', withOrder({ limit: 10, cursor: '' })],
  ['POST', 'license/cancel_order', 'provider', withOrder({ corpid })],
  ['POST', 'license/create_new_order_job', 'provider', body(buying)],
  [
    'POST',
    'license/submit_new_order_job',
    'provider',
    async ({ from }) => ({
      body: {
        jobid: await from('license/create_new_order_job', buying, 'jobid'),
        buyer_userid: creator,
      },
    }),
  ],
  [
    'POST',
    'license/new_order_job_result',
    'provider',
    async ({ from }) => ({
      body: { jobid: await from('license/create_new_order_job', buying, 'jobid') },
    }),
  ],
  ['POST', 'license/get_union_order', 'provider', withOrder({})],
  ['POST', 'license/submit_pay_job', 'provider', withOrder({ buyer_userid: creator })],
  [
    'POST',
    'license/pay_job_result',
    'provider',
    async (stage) => {
      const asked = { order_id: await order(stage), buyer_userid: creator }
      return { body: { jobid: await stage.from('license/submit_pay_job', asked, 'jobid') } }
    },
  ],
  ['POST', 'license/support_policy_query', 'provider', body({ corpid })],
  [
    'POST',
    'license/active_account',
    'provider',
    withCode((active_code) => ({ active_code, userid: worker })),
  ],
  [
    'POST',
    'license/batch_active_account',
    'provider',
    withCode((active_code) => ({ active_list: [{ active_code, userid: worker }] })),
  ],
  [
    'POST',
    'license/get_active_info_by_code',
    'provider',
    withCode((active_code) => ({ active_code })),
  ],
  [
    'POST',
    'license/batch_get_active_info_by_code',
    'provider',
    withCode((code) => ({ active_code_list: [code] })),
  ],
  ['POST', 'license/get_active_info_by_user', 'provider', body({ corpid, userid: worker })],
  ['POST', 'license/list_actived_account', 'provider', body({ corpid })],
  [
    'POST',
    'license/batch_transfer_license',
    'provider',
    body({ corpid, transfer_list: [{ handover_userid: worker, takeover_userid: creator }] }),
  ],
  [
    'POST',
    'license/batch_share_active_code',
    'provider',
    withCode((active_code) => ({
      from_corpid: corpid,
      to_corpid: corpid,
      share_list: [{ active_code }],
    })),
  ],
  ['POST', 'license/get_app_license_info', 'provider', body({ corpid, suite_id: suiteId })],
  ['POST', 'license/set_auto_active_status', 'provider', body({ corpid, auto_active_status: 0 })],
  ['POST', 'license/get_auto_active_status', 'provider', body({ corpid })],

  ['GET', 'get_jsapi_ticket', 'corp', nothing],
  ['GET', 'ticket/get', 'corp', query({ type: 'agent_config' })],
  ['POST', 'agent/get_permissions', 'corp', nothing],
  ['GET', 'agent/get', 'corp', query({ agentid: '1000002' })],
  ['POST', 'message/send', 'corp', body(message)],
  [
    'POST',
    'message/update_template_card',
    'corp',
    async ({ ofCorp }) => ({
      body: {
        userids: [worker],
        agentid: 1000002,
        response_code: await ofCorp('message/send', message, 'response_code'),
      },
    }),
  ],
  [
    'POST',
    'message/recall',
    'corp',
    async ({ ofCorp }) => ({
      body: { msgid: await ofCorp('message/send', message, 'msgid') },
    }),
  ],
  ['POST', 'media/upload', 'corp', () => ({ query: { type: 'image' }, form: file() })],
  ['POST', 'media/uploadimg', 'corp', () => ({ form: file() })],
  ['GET', 'media/get', 'corp', async ({ mediaId }) => ({ query: { media_id: await mediaId() } })],
  ['POST', 'media/upload_by_url', 'corp', body(byUrl)],
  [
    'POST',
    'media/get_upload_by_url_result',
    'corp',
    async ({ ofCorp }) => ({
      body: { jobid: await ofCorp('media/upload_by_url', byUrl, 'jobid') },
    }),
  ],
  ['POST', 'batch/userid_to_openuserid', 'corp', body({ userid_list: [worker] })],
  [
    'POST',
    'batch/openuserid_to_userid',
    'own',
    body({ open_userid_list: [worker], source_agentid: 1 }),
  ],
  [
    'POST',
    'externalcontact/get_new_external_userid',
    'corp',
    body({ external_userid_list: ['wm1'] }),
  ],
  ['POST', 'idconvert/external_tagid', 'corp', body({ external_tagid_list: ['et1'] })],
  ['POST', 'idconvert/open_kfid', 'corp', body({ open_kfid_list: ['kf1'] })],
  ['POST', 'idconvert/chatid', 'corp', body({ chat_id_list: ['wr1'] })],
  [
    'POST',
    'idconvert/convert_tmp_external_userid',
    'corp',
    body({ business_type: 1, user_type: 1, tmp_external_userid_list: ['tmp1'] }),
  ],
  [
    'POST',
    'idconvert/unionid_to_external_userid',
    'corp',
    body({ unionid: 'o6WorkerA', openid: 'o1' }),
  ],
  ['GET, POST', 'user/list_member_auth', 'corp', nothing],
  ['GET, POST', 'user/check_member_auth', 'corp', body({ open_userid: worker })],
  [
    'POST',
    'user/list_selected_ticket_user',
    'corp',
    async ({ code }) => ({
      body: { ticket: await code('selected_ticket') },
    }),
  ],
  ['GET', 'getcallbackip', 'corp', nothing],
  ['GET', 'get_api_domain_ip', 'corp', nothing],

  // Beyond the reference: what nearly every app reads first.
  ['GET', 'auth/getuserinfo', 'corp', loggedIn],
  ['POST', 'auth/getuserdetail', 'corp', ticketed],
  ['GET', 'miniprogram/jscode2session', 'corp', miniProgram],
  ['GET', 'user/get', 'corp', query({ userid: worker })],
  ['GET', 'user/simplelist', 'corp', query({ department_id: '1' })],
  ['GET', 'user/list', 'corp', query({ department_id: '2' })],
  ['GET', 'department/list', 'corp', nothing],
  ['GET', 'department/simplelist', 'corp', nothing],
  ['GET', 'department/get', 'corp', query({ id: '2' })],
  ['GET', 'tag/list', 'corp', nothing],
  ['GET', 'tag/get', 'corp', query({ tagid: '1' })],
  ['GET', 'externalcontact/get_follow_user_list', 'corp', nothing],
  ['GET', 'externalcontact/list', 'corp', query({ userid: worker })],
  ['GET', 'externalcontact/get', 'corp', query({ external_userid: 'wmWorkerA' })],
  ['POST', 'externalcontact/batch/get_by_user', 'corp', body({ userid_list: [worker] })],
]

const named = rows.map(([method, path, token, ask]) => ({ method, path, token, ask }))
const opened = named.filter(({ token }) => token !== 'none')

const parameters = {
  none: null,
  suite: 'suite_access_token',
  provider: 'provider_access_token',
  login: 'access_token',
  corp: 'access_token',
  own: 'access_token',
} as const

const setUp = async () => {
  const box = createBox()
  const { simulator, post } = box
  const { installation, authCode } = await simulator.pusher.install(suiteId, corpid, {
    from: 'provider',
  })
  const providerToken = async () =>
    issueToken(simulator.world, 'provider_access_token', { suiteId: null, corpid: null }).value
  const tokenOf: Record<Kind, () => Promise<string>> = {
    none: async () => '',
    suite: () => box.suiteToken(),
    provider: providerToken,
    login: providerToken,
    corp: () => box.corpToken(),
    own: async () => {
      await simulator.pusher.install(templateId, corpid)
      return issueToken(simulator.world, 'access_token', { suiteId: templateId, corpid }).value
    },
  }
  const asked = async (path: string, kind: Kind, json: Json, name: string) => {
    const token = { [parameters[kind] ?? '']: await tokenOf[kind]() }
    return String((await post(`/cgi-bin/${path}`, token, json))[name])
  }
  const stage: Stage = {
    ...box,
    permanentCode: installation.permanentCode,
    authCode: String(authCode),
    code: async (kind) =>
      String((await post('/simulator/code', {}, { kind, suiteId, corpid, userid: worker })).code),
    from: (path, json, name) => asked(path, 'provider', json, name),
    ofCorp: (path, json, name) => asked(path, 'corp', json, name),
    paidCode: async () => {
      const order_id = await order(stage)
      await stage.from('license/submit_pay_job', { order_id, buyer_userid: creator }, 'jobid')
      return [...simulator.world.licences.codes.keys()].at(-1) ?? ''
    },
    mediaId: async (owner = corpid) =>
      String((await post('/simulator/media', {}, { corpid: owner, size: 100 })).mediaId),
  }
  const send = async (
    { method, path, token }: (typeof named)[number],
    value: string | null,
    asked: Asked,
  ) => {
    const parameter = parameters[token]
    const search = new URLSearchParams({
      ...asked.query,
      ...(parameter && value !== null && { [parameter]: value }),
    })
    const isGet = method === 'GET'
    const response = await simulator.fetch(
      `https://qyapi.weixin.qq.com/cgi-bin/${path}?${search}`,
      {
        method: isGet ? 'GET' : 'POST',
        ...(!isGet && { body: asked.form ?? JSON.stringify(asked.body ?? {}) }),
      },
    )
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const answer = isJson ? ((await response.json()) as Json) : { errcode: response.ok ? 0 : -1 }
    return { errcode: 0, ...answer }.errcode
  }
  return { stage, send, tokenOf }
}

const refusals = {
  suite: { missing: 41022, unknown: 40082, expired: 42009 },
  provider: { missing: 41001, unknown: 40082, expired: 40082 },
  login: { missing: 41001, unknown: 40082, expired: 40082 },
  corp: { missing: 41001, unknown: 40014, expired: 42001 },
  own: { missing: 41001, unknown: 40014, expired: 42001 },
  none: { missing: 0, unknown: 0, expired: 0 },
} as const

describe('every endpoint', () => {
  test.each(named)('$method $path answers a request with its token', async (row) => {
    const { stage, send, tokenOf } = await setUp()
    const asked = await row.ask(stage)
    expect(await send(row, await tokenOf[row.token](), asked)).toBe(0)
  })

  test.each(opened)(
    '$method $path refuses one without, with another, or with a dead one',
    async (row) => {
      const { stage, send, tokenOf } = await setUp()
      const { missing, unknown, expired } = refusals[row.token]
      const asked = await row.ask(stage)
      const own = await tokenOf[row.token]()
      expect(await send(row, null, asked)).toBe(missing)
      expect(await send(row, 'unknown', asked)).toBe(unknown)
      const another = await tokenOf[row.token === 'suite' ? 'corp' : 'suite']()
      expect(await send(row, another, asked)).toBe(unknown)
      stage.simulator.killTokens({ as: 'expired' })
      expect(await send(row, own, asked)).toBe(expired)
    },
  )

  test.each(named.filter(({ method }) => method !== 'GET, POST'))(
    '$method $path is asked by no other method',
    async (row) => {
      const { stage, send, tokenOf } = await setUp()
      const method = row.method === 'GET' ? 'POST' : 'GET'
      const asked = await row.ask(stage)
      expect(await send({ ...row, method }, await tokenOf[row.token](), asked)).toBe(40058)
    },
  )

  const needy = named.filter(({ ask }) => ask !== nothing)
  test.each(needy)('$method $path refuses a request that lacks what it needs', async (row) => {
    const { send, tokenOf } = await setUp()
    const errcode = await send(row, await tokenOf[row.token](), {})
    const isOfMissing = (errcode > 40_000 && errcode < 42_000) || errcode === 60_111
    expect(isOfMissing, String(errcode)).toBe(true)
  })
})

test('there are no others', () => {
  expect([...endpoints.keys()].toSorted()).toEqual(
    named.map(({ path }) => `/cgi-bin/${path}`).toSorted(),
  )
})

test.each([...endpoints].map(([path, { token, parameter }]) => ({ path, token, parameter })))(
  '$path takes the token that the service would give it',
  ({ path, token, parameter }) => {
    expect(tokenKindOf(path)).toEqual({ kind: token, query: parameter })
  },
)
