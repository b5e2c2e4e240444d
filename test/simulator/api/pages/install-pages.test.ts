import { describe, expect, test } from 'bun:test'
import { corpid, creator, loginId, provider, suiteId, templateId, worker } from '../../box'
import { type Query, setUpVisits } from './visits'

describe('the install page', () => {
  const setUpInstall = async () => {
    const box = setUpVisits()
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
    const install = async (change: Query = {}, referer?: string) =>
      box.visit('/3rdapp/install', await query(change), referer)
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

  test('is for members: somebody of no company sees a page', async () => {
    const { install, simulator } = await setUpInstall()
    simulator.world.visitor = { openid: 'oStranger' }
    expect((await install()).errcode).toBe(60011)
  })

  test.each([
    ['no page', ''],
    ['a page of another site', 'https://example.org/'],
    ['a lookalike', 'https://evilexample.com/'],
  ])('shows an error to whoever comes from %s', async (_, referer) => {
    const { install, newCode } = await setUpInstall()
    const pre_auth_code = await newCode()
    const page = await install({ pre_auth_code }, referer)
    expect([page.target, page.errcode]).toEqual([null, 50001])
    expect(page.text).toContain('Referer')
    expect((await install({ pre_auth_code })).target).not.toBeNull()
  })

  test.each([
    [0, false],
    [1, true],
  ])('installs with auth_type %i as set_session_info said', async (auth_type, isTest) => {
    const { install, newCode, post, simulator, suite_access_token } = await setUpInstall()
    const pre_auth_code = await newCode()
    const session = { pre_auth_code, session_info: { auth_type } }
    await post('/cgi-bin/service/set_session_info', { suite_access_token }, session)
    await install({ pre_auth_code })
    const [installation] = simulator.world.installations.get(`${suiteId}/${corpid}`) ?? []
    expect(installation?.isTest).toBe(isTest)
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

describe('the QR code of a customised app', () => {
  const setUpQr = async (state = 'qrState1') => {
    const box = setUpVisits()
    const token = await box.post(
      '/cgi-bin/service/get_provider_token',
      {},
      { corpid: provider.corpid, provider_secret: provider.secret },
    )
    const answer = await box.post(
      '/cgi-bin/service/get_customized_auth_url',
      { provider_access_token: String(token.provider_access_token) },
      { state, templateid_list: [templateId] },
    )
    const code = new URL(String(answer.qrcode_url)).searchParams.get('code') ?? ''
    return { ...box, scan: () => box.visit('/customized', { code }) }
  }

  test('installs the template for an admin, and create_auth has its state', async () => {
    const { post, scan, simulator, suiteToken } = await setUpQr()
    expect((await scan()).errcode).toBeNull()
    expect(simulator.pusher.log()).toMatchObject([
      { type: 'create_auth', suiteId: templateId, corpid },
    ])
    const [auth_code] = [...simulator.world.credentials.byValue.values()]
      .filter(({ kind }) => kind === 'auth_code')
      .map(({ value }) => value)
    const suite_access_token = await suiteToken(templateId)
    const path = '/cgi-bin/service/v2/get_permanent_code'
    expect(await post(path, { suite_access_token }, { auth_code })).toMatchObject({
      auth_corp_info: { corpid },
      auth_user_info: { userid: creator },
      state: 'qrState1',
    })
  })

  test('is refused to members, and after ten days', async () => {
    const { clock, scan, simulator } = await setUpQr()
    simulator.world.visitor = { corpid, userid: worker }
    expect((await scan()).errcode).toBe(60011)
    simulator.world.visitor = null
    await clock.advance(10 * 86_400_000)
    expect((await scan()).errcode).toBe(42003)
    expect(simulator.pusher.log()).toEqual([])
  })
})
