import { describe, expect, test } from 'bun:test'
import { corpid, creator, loginId, otherCorpid, provider, suiteId, templateId } from '../../box'
import { type Query, setUpVisits } from './visits'

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
    const box = setUpVisits()
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
    expect((await get(userinfo, { suite_access_token, code })).errcode).toBe(40029)
  })

  test('gives a code for five minutes, and for its own suite alone', async () => {
    const { clock, get, suite_access_token, suiteToken, code } = await setUpLogin()
    const foreign = await suiteToken(loginId)
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
    const box = setUpVisits()
    box.simulator.world.visitor = { openid: 'oStranger' }
    const { parameters } = await box.visit(oauth, query)
    const suite_access_token = await box.suiteToken()
    const answer = await box.get(userinfo, { suite_access_token, code: parameters.code ?? '' })
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok', openid: 'oStranger' })
  })

  test("gives a company's own app codes for its own token", async () => {
    const { get, simulator, visit } = setUpVisits()
    const { installation } = await simulator.pusher.install(templateId, corpid)
    const appid = { appid: corpid, agentid: String(installation.agentid) }
    const { parameters } = await visit(oauth, { ...query, ...appid })
    const secret = { corpid, corpsecret: installation.permanentCode }
    const { access_token } = await get('/cgi-bin/gettoken', secret)
    const whose = { access_token: String(access_token), code: parameters.code ?? '' }
    expect((await get('/cgi-bin/auth/getuserinfo', whose)).userid).toBe(creator)
    expect((await visit(oauth, { ...query, appid: otherCorpid })).errcode).toBe(40056)
  })

  const setUpCompanyApp = async () => {
    const box = setUpVisits()
    const { installation } = await box.simulator.pusher.install(templateId, corpid)
    const secret = { corpid, corpsecret: installation.permanentCode }
    const { access_token } = await box.get('/cgi-bin/gettoken', secret)
    const app = { appid: corpid, agentid: String(installation.agentid) }
    const whois = async (path: string, change: Query) => {
      const { parameters } = await box.visit(path, { ...query, ...app, ...change })
      const whose = { access_token: String(access_token), code: parameters.code ?? '' }
      return box.get('/cgi-bin/auth/getuserinfo', whose)
    }
    return { ...box, access_token: String(access_token), whois }
  }

  test("tells a company's own app who is its customer, and of others an openid", async () => {
    const { simulator, whois } = await setUpCompanyApp()
    simulator.world.visitor = { openid: 'oCustomer', externalUserid: 'wmCreatorA' }
    const outsider = { errcode: 0, errmsg: 'ok', openid: 'oCustomer' }
    expect(await whois(oauth, {})).toEqual({ ...outsider, external_userid: 'wmCreatorA' })
    simulator.world.visitor = { openid: 'oCustomer', externalUserid: 'wmUnknown' }
    expect(await whois(oauth, {})).toEqual(outsider)
    simulator.world.visitor = { corpid: otherCorpid }
    expect(Object.keys(await whois(oauth, {}))).toEqual(['errcode', 'errmsg', 'openid'])
  })

  test("tells a company's own app details by its own calls", async () => {
    const { access_token, post, whois } = await setUpCompanyApp()
    const { user_ticket } = await whois(oauth, { scope: 'snsapi_privateinfo' })
    const path = '/cgi-bin/auth/getuserdetail'
    expect(await post(path, { access_token }, { user_ticket })).toMatchObject({
      errcode: 0,
      userid: creator,
    })
  })

  test("logs in to a company's own app on the web, without a login suite", async () => {
    const { simulator, visit, whois } = await setUpCompanyApp()
    const login = { login_type: 'CorpApp' }
    expect((await whois('/wwlogin/sso/login', login)).userid).toBe(creator)
    const { installation } = await simulator.pusher.install(suiteId, corpid)
    const app = { appid: corpid, agentid: String(installation.agentid) }
    const page = await visit('/wwlogin/sso/login', { ...query, ...login, ...app })
    expect(page.errcode).toBe(40056)
  })

  test('keeps the calls of third-party apps from customised ones', async () => {
    const { get, suiteToken } = setUpVisits()
    const suite_access_token = await suiteToken(templateId)
    expect((await get(userinfo, { suite_access_token, code: 'any' })).errcode).toBe(48002)
  })

  test.each<[number, string, Query]>([
    [40083, 'an unknown suite', { appid: 'wwother' }],
    [40083, 'a customised app by its own id', { appid: templateId }],
    [41011, 'details without an agentid', { appid: corpid, scope: 'snsapi_privateinfo' }],
    [50001, 'a subdomain of the trusted one', { redirect_uri: 'https://x.app.example.com/' }],
    [50001, 'another port of the trusted host', { redirect_uri: 'https://app.example.com:8443/' }],
    [40035, 'an unknown scope', { scope: 'all' }],
    [40035, 'another response type', { response_type: 'token' }],
    [84025, 'a state with other characters', { state: 'a b' }],
  ])('shows %i for %s', async (errcode, _, change) => {
    const page = await setUpVisits().visit(oauth, { ...query, ...change })
    expect(page.target).toBeNull()
    expect(page.errcode).toBe(errcode)
  })
})

describe('the web logins', () => {
  const redirect_uri = 'https://app.example.com/login/done'

  test("give codes for the login suite's token alone", async () => {
    const { get, suiteToken, visit } = setUpVisits()
    const query = { login_type: 'ServiceApp', appid: loginId, redirect_uri, state: 's' }
    const { parameters } = await visit('/wwlogin/sso/login', query)
    const code = parameters.code ?? ''
    const suite_access_token = await suiteToken(loginId)
    const path = '/cgi-bin/service/auth/getuserinfo3rd'
    expect((await get(path, { suite_access_token, code })).userid).toBe(creator)
    expect((await visit('/wwlogin/sso/login', { ...query, appid: suiteId })).errcode).toBe(40083)
    const other = { ...query, login_type: 'Other' }
    expect((await visit('/wwlogin/sso/login', other)).errcode).toBe(40035)
  })

  test('give an auth_code under the provider on the old page', async () => {
    const { visit } = setUpVisits()
    const query = { appid: provider.corpid, redirect_uri, state: 's', usertype: 'member' }
    const { parameters } = await visit('/wwopen/sso/3rd_qrConnect', query)
    expect(parameters.auth_code).toBeString()
    const wrong = await visit('/wwopen/sso/3rd_qrConnect', { ...query, appid: suiteId })
    expect(wrong.errcode).toBe(40013)
    const elsewhere = { ...query, redirect_uri: 'https://example.org/' }
    expect((await visit('/wwopen/sso/3rd_qrConnect', elsewhere)).errcode).toBe(50001)
  })

  test("take the auth_code of WeCom's console at the login suite, once", async () => {
    const { get, simulator, suiteToken } = setUpVisits()
    const code = simulator.pusher.openBusinessUrl(corpid, creator)
    const suite_access_token = await suiteToken(loginId)
    const path = '/cgi-bin/service/auth/getuserinfo3rd'
    expect((await get(path, { suite_access_token, code })).userid).toBe(creator)
    expect((await get(path, { suite_access_token, code })).errcode).not.toBe(0)
  })
})
