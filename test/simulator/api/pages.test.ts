import { describe, expect, test } from 'bun:test'
import {
  corpid,
  createBox,
  creator,
  loginId,
  otherCorpid,
  provider,
  suiteId,
  templateId,
  worker,
} from '../box'

type Query = Record<string, string>

const setUp = () => {
  const box = createBox()
  const visit = async (path: string, query: Query) => {
    const response = await box.simulator.fetch(
      `https://any.example${path}?${new URLSearchParams(query)}`,
    )
    const location = response.headers.get('location')
    return {
      target: location === null ? null : new URL(location),
      parameters: Object.fromEntries(new URL(location ?? 'x:').searchParams),
      errcode: box.simulator.calls.list().at(-1)?.errcode,
      text: await response.text(),
    }
  }
  return { ...box, visit }
}

describe('the install page', () => {
  const setUpInstall = async () => {
    const box = setUp()
    const suite_access_token = await box.suiteToken()
    const newCode = async () => {
      const answer = await box.get('/cgi-bin/service/get_pre_auth_code', { suite_access_token })
      return String(answer.pre_auth_code)
    }
    const query = async (change: Query = {}) => ({
      suite_id: suiteId,
      pre_auth_code: await newCode(),
      redirect_uri: 'https://app.example.com/install/done?from=site',
      state: 'abc123',
      ...change,
    })
    const install = async (change: Query = {}) => box.visit('/3rdapp/install', await query(change))
    return { ...box, suite_access_token, newCode, install }
  }

  test('sends the admin back with a code that gives the permanent code', async () => {
    const { install, post, suite_access_token, simulator } = await setUpInstall()
    const { target, parameters } = await install()
    expect(target?.origin).toBe('https://app.example.com')
    expect(parameters).toMatchObject({ from: 'site', expires_in: '600', state: 'abc123' })
    const auth_code = parameters.auth_code
    const path = '/cgi-bin/service/v2/get_permanent_code'
    const answer = await post(path, { suite_access_token }, { auth_code })
    expect(answer).toMatchObject({ errcode: 0, auth_corp_info: { corpid } })
    expect(simulator.pusher.log()).toEqual([])
  })

  test('installs for the visitor, for themselves alone if they are no admin', async () => {
    const { install, simulator } = await setUpInstall()
    simulator.world.visitor = { corpid, userid: worker }
    await install()
    const [installation] = simulator.world.installations.get(`${suiteId}/${corpid}`) ?? []
    expect(installation).toMatchObject({ userid: worker, authMode: 1 })
  })

  test('takes a pre_auth_code once', async () => {
    const { install, newCode } = await setUpInstall()
    const pre_auth_code = await newCode()
    expect((await install({ pre_auth_code })).target).not.toBeNull()
    expect((await install({ pre_auth_code })).errcode).toBe(40077)
  })

  test('takes a pre_auth_code for twenty minutes', async () => {
    const { clock, install, newCode } = await setUpInstall()
    const pre_auth_code = await newCode()
    await clock.advance(1_200_000)
    expect((await install({ pre_auth_code })).errcode).toBe(42007)
  })

  test.each<[number, string, Query]>([
    [40083, 'an unknown suite', { suite_id: 'wwother' }],
    [
      40077,
      "another suite's code",
      { suite_id: loginId, redirect_uri: 'https://app.example.com/' },
    ],
    [40077, 'an unknown code', { pre_auth_code: 'unknown' }],
    [50001, 'a redirect to another domain', { redirect_uri: 'https://example.org/' }],
    [50001, 'a redirect to a lookalike', { redirect_uri: 'https://evilexample.com/' }],
    [40058, 'a redirect to no web address', { redirect_uri: 'javascript:alert(1)' }],
    [40058, 'an address that was encoded twice', { redirect_uri: 'https%3A%2F%2Fapp.example.com' }],
    [84025, 'a state with other characters', { state: 'a-b' }],
    [84025, 'a state that is too long', { state: 'a'.repeat(129) }],
  ])('shows %i for %s', async (errcode, _, change) => {
    const { install } = await setUpInstall()
    const page = await install(change)
    expect(page.target).toBeNull()
    expect(page.errcode).toBe(errcode)
    expect(page.text).toContain(String(errcode))
  })
})

describe('the OAuth page', () => {
  const query = {
    appid: suiteId,
    redirect_uri: 'https://app.example.com/login/done',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'xyz',
  }
  const oauth = '/connect/oauth2/authorize'
  const userinfo = '/cgi-bin/service/auth/getuserinfo3rd'

  const setUpLogin = async (change: Query = {}) => {
    const box = setUp()
    const { parameters } = await box.visit(oauth, { ...query, ...change })
    const suite_access_token = await box.suiteToken()
    return { ...box, suite_access_token, code: parameters.code ?? '', parameters }
  }

  test('gives a code that names the visitor once', async () => {
    const { get, suite_access_token, code, parameters } = await setUpLogin()
    expect(parameters.state).toBe('xyz')
    expect(await get(userinfo, { suite_access_token, code })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      corpid,
      userid: creator,
      open_userid: creator,
    })
    expect((await get(userinfo, { suite_access_token, code })).errcode).toBe(42022)
  })

  test('gives a code for five minutes, and for its own suite alone', async () => {
    const { clock, get, suite_access_token, suiteToken, code } = await setUpLogin()
    const foreign = await suiteToken(templateId)
    expect((await get(userinfo, { suite_access_token: foreign, code })).errcode).toBe(40029)
    expect((await get(userinfo, { suite_access_token, code: 'unknown' })).errcode).toBe(40029)
    await clock.advance(300_000)
    expect((await get(userinfo, { suite_access_token, code })).errcode).toBe(42003)
  })

  test('speaks in capitals on the old path', async () => {
    const { get, suite_access_token, code } = await setUpLogin()
    const answer = await get('/cgi-bin/service/getuserinfo3rd', { suite_access_token, code })
    expect(answer).toMatchObject({ CorpId: corpid, UserId: creator, open_userid: creator })
  })

  test('leads to details of a member in the range if the scope asks for them', async () => {
    const { get, post, suite_access_token, simulator, visit } = await setUpLogin()
    const login = async (scope = 'snsapi_privateinfo'): Promise<unknown> => {
      const { parameters } = await visit(oauth, { ...query, scope })
      const answer = await get(userinfo, { suite_access_token, code: parameters.code ?? '' })
      return answer.user_ticket
    }
    expect(await login()).toBeUndefined()
    await simulator.pusher.install(suiteId, corpid)
    expect(await login('snsapi_base')).toBeUndefined()
    const user_ticket = await login()
    const path = '/cgi-bin/service/auth/getuserdetail3rd'
    const detail = await post(path, { suite_access_token }, { user_ticket })
    expect(detail).toMatchObject({ corpid, userid: creator, name: creator, gender: '0' })
    const unknown = await post(path, { suite_access_token }, { user_ticket: 'unknown' })
    expect(unknown.errcode).toBe(84015)
  })

  test('tells no more than an openid of somebody who is in no company', async () => {
    const box = setUp()
    box.simulator.world.visitor = { corpid: 'wpNowhere', userid: 'nobody' }
    const { parameters } = await box.visit(oauth, query)
    const suite_access_token = await box.suiteToken()
    const answer = await box.get(userinfo, { suite_access_token, code: parameters.code ?? '' })
    expect(Object.keys(answer)).toEqual(['errcode', 'errmsg', 'openid'])
  })

  test("gives a company's own app codes for its own token", async () => {
    const { get, simulator, visit } = setUp()
    const { installation } = await simulator.pusher.install(templateId, corpid)
    const appid = { appid: corpid, agentid: String(installation.agentid) }
    const { parameters } = await visit(oauth, { ...query, ...appid })
    const secret = { corpid, corpsecret: installation.permanentCode }
    const { access_token } = await get('/cgi-bin/gettoken', secret)
    const whose = { access_token: String(access_token), code: parameters.code ?? '' }
    expect((await get('/cgi-bin/auth/getuserinfo', whose)).userid).toBe(creator)
    expect((await visit(oauth, { ...query, appid: otherCorpid })).errcode).toBe(40056)
  })

  test.each<[number, string, Query]>([
    [40083, 'an unknown suite', { appid: 'wwother' }],
    [50001, 'a subdomain of the trusted one', { redirect_uri: 'https://x.app.example.com/' }],
    [50001, 'another port of the trusted host', { redirect_uri: 'https://app.example.com:8443/' }],
    [40035, 'an unknown scope', { scope: 'all' }],
    [40035, 'another response type', { response_type: 'token' }],
    [84025, 'a state with other characters', { state: 'a b' }],
  ])('shows %i for %s', async (errcode, _, change) => {
    const page = await setUp().visit(oauth, { ...query, ...change })
    expect(page.target).toBeNull()
    expect(page.errcode).toBe(errcode)
  })
})

describe('the web logins', () => {
  const redirect_uri = 'https://app.example.com/login/done'

  test("give codes for the login suite's token alone", async () => {
    const { get, suiteToken, visit } = setUp()
    const query = { login_type: 'ServiceApp', appid: loginId, redirect_uri, state: 's' }
    const { parameters } = await visit('/wwlogin/sso/login', query)
    const code = parameters.code ?? ''
    const suite_access_token = await suiteToken(loginId)
    const path = '/cgi-bin/service/auth/getuserinfo3rd'
    expect((await get(path, { suite_access_token, code })).userid).toBe(creator)
    expect((await visit('/wwlogin/sso/login', { ...query, appid: suiteId })).errcode).toBe(40035)
  })

  test('give an auth_code under the provider on the old page', async () => {
    const { visit } = setUp()
    const query = { appid: provider.corpid, redirect_uri, state: 's', usertype: 'member' }
    const { parameters } = await visit('/wwopen/sso/3rd_qrConnect', query)
    expect(parameters.auth_code).toBeString()
    const wrong = await visit('/wwopen/sso/3rd_qrConnect', { ...query, appid: suiteId })
    expect(wrong.errcode).toBe(40013)
  })
})
