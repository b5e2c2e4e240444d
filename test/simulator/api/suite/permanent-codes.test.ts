import { describe, expect, test } from 'bun:test'
import { corpid, createBox, creator, otherCorpid, suiteId, templateId } from '../../box'

const v1 = '/cgi-bin/service/get_permanent_code'
const v2 = '/cgi-bin/service/v2/get_permanent_code'

const setUp = async (suite = suiteId) => {
  const box = createBox()
  const query = { suite_access_token: await box.suiteToken(suite) }
  const { authCode, installation } = await box.simulator.pusher.install(suite, corpid, {
    from: 'provider',
    state: 'channel7',
  })
  const holder = { auth_corpid: corpid, permanent_code: installation.permanentCode }
  return { ...box, query, authCode, installation, holder }
}

describe('the exchange of an auth_code', () => {
  test('gives neither token nor agentid on the v2 path', async () => {
    const { post, query, authCode, installation } = await setUp()
    expect(await post(v2, query, { auth_code: authCode })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      permanent_code: installation.permanentCode,
      auth_corp_info: { corpid, corp_name: '青松科技有限公司' },
      auth_user_info: { userid: creator, open_userid: creator, name: '', avatar: '' },
    })
  })

  test('gives everything at once on the old path, without an errcode', async () => {
    const { post, get, query, authCode } = await setUp()
    const answer = await post(v1, query, { auth_code: authCode })
    expect(Object.keys(answer)).toEqual([
      'access_token',
      'expires_in',
      'permanent_code',
      'auth_corp_info',
      'auth_info',
      'auth_user_info',
    ])
    expect(answer.auth_info).toMatchObject({ agent: [{ agentid: 1000002, auth_mode: 0 }] })
    const token = { access_token: String(answer.access_token) }
    expect((await get('/cgi-bin/get_jsapi_ticket', token)).errcode).toBe(0)
  })

  test('gives no token for a customised app, and its state on the v2 path', async () => {
    const { post, query, authCode, simulator } = await setUp(templateId)
    const answer = await post(v1, query, { auth_code: authCode })
    expect(answer).not.toHaveProperty('access_token')
    const again = await simulator.pusher.install(templateId, corpid, { from: 'provider' })
    expect(await post(v2, query, { auth_code: again.authCode })).toMatchObject({
      state: 'channel7',
    })
  })

  test('works once', async () => {
    const { post, query, authCode } = await setUp()
    expect((await post(v2, query, { auth_code: authCode })).errcode).toBe(0)
    expect((await post(v2, query, { auth_code: authCode })).errcode).toBe(40078)
  })

  test('works for ten minutes', async () => {
    const { clock, post, query, authCode } = await setUp()
    await clock.advance(600_000)
    expect((await post(v2, query, { auth_code: authCode })).errcode).toBe(40078)
  })

  test("is refused for a code of another suite's, and the code stays good", async () => {
    const { post, query, suiteToken, authCode } = await setUp()
    const foreign = { suite_access_token: await suiteToken(templateId) }
    expect((await post(v2, foreign, { auth_code: authCode })).errcode).toBe(40078)
    expect((await post(v2, query, { auth_code: authCode })).errcode).toBe(0)
  })

  test('is refused once the company has left', async () => {
    const { post, query, authCode, simulator } = await setUp()
    await simulator.pusher.uninstall(suiteId, corpid)
    expect((await post(v2, query, { auth_code: authCode })).errcode).toBe(40078)
  })

  test('gives the same permanent code when a company authorises the app once more', async () => {
    const { simulator, installation } = await setUp()
    const again = await simulator.pusher.install(suiteId, corpid, { from: 'provider' })
    expect(again.installation.permanentCode).toBe(installation.permanentCode)
  })

  test('gives a new permanent code and agentid after an uninstall', async () => {
    const { simulator, installation } = await setUp()
    await simulator.pusher.uninstall(suiteId, corpid)
    const again = await simulator.pusher.install(suiteId, corpid, { from: 'provider' })
    expect(again.installation.permanentCode).not.toBe(installation.permanentCode)
    expect(again.installation.agentid).toBe(1000003)
  })
})

describe('a permanent code', () => {
  const corpToken = '/cgi-bin/service/get_corp_token'

  test("gets the company's token, without an errcode", async () => {
    const { post, query, holder } = await setUp()
    const answer = await post(corpToken, query, holder)
    expect(Object.keys(answer)).toEqual(['access_token', 'expires_in'])
  })

  test('reads what the company allows, with more names on the v2 path', async () => {
    const { post, query, holder } = await setUp()
    const old = await post('/cgi-bin/service/get_auth_info', query, holder)
    const now = await post('/cgi-bin/service/v2/get_auth_info', query, holder)
    expect(old.auth_info).toMatchObject({ agent: [{ privilege: { level: 1, allow_party: [1] } }] })
    expect(old.auth_corp_info).not.toHaveProperty('corp_ex_name')
    expect(now.auth_corp_info).toHaveProperty('corp_ex_name.name_list')
  })

  test.each([corpToken, '/cgi-bin/service/get_auth_info', '/cgi-bin/service/v2/get_auth_info'])(
    'is judged on %s',
    async (path) => {
      const { post, query, holder, simulator } = await setUp()
      const errcode = async (change: object) =>
        (await post(path, query, { ...holder, ...change })).errcode
      expect(await errcode({ permanent_code: 'wrong' })).toBe(40084)
      expect(await errcode({ permanent_code: undefined })).toBe(41025)
      expect(await errcode({ auth_corpid: undefined })).toBe(41002)
      expect(await errcode({ auth_corpid: corpid.toLowerCase() })).toBe(40013)
      expect(await errcode({ auth_corpid: otherCorpid })).toBe(48004)
      await simulator.pusher.uninstall(suiteId, corpid)
      expect(await errcode({})).toBe(40084)
    },
  )

  test('of a disabled app gets no token but still reads its state', async () => {
    const { post, query, holder, simulator } = await setUp()
    await simulator.pusher.changeAuth(suiteId, corpid, { status: 'disabled' })
    expect((await post(corpToken, query, holder)).errcode).toBe(50003)
    expect((await post('/cgi-bin/service/v2/get_auth_info', query, holder)).errcode).toBe(0)
    await simulator.pusher.changeAuth(suiteId, corpid, { status: 'inactive' })
    expect((await post(corpToken, query, holder)).errcode).toBe(48006)
  })

  test('of a customised app is its secret for gettoken, and for nothing else', async () => {
    const { get, post, query, holder, installation } = await setUp(templateId)
    expect((await post(corpToken, query, holder)).errcode).toBe(48002)
    const secret = { corpid, corpsecret: installation.permanentCode }
    const answer = await get('/cgi-bin/gettoken', secret)
    expect(answer).toMatchObject({ errcode: 0, expires_in: 7200 })
    const errcode = async (change: object) =>
      (await get('/cgi-bin/gettoken', { ...secret, ...change })).errcode
    expect(await errcode({ corpsecret: 'wrong' })).toBe(40001)
    expect(await errcode({ corpid: 'wpUnknown' })).toBe(40013)
    expect(await errcode({ corpsecret: '' })).toBe(41004)
    expect(await errcode({ corpid: '' })).toBe(41002)
  })

  test('of an ordinary app is no secret for gettoken', async () => {
    const { get, installation } = await setUp()
    const secret = { corpid, corpsecret: installation.permanentCode }
    expect((await get('/cgi-bin/gettoken', secret)).errcode).toBe(40001)
  })

  test('is void as soon as it is reset, and so are the tokens it got', async () => {
    const { get, post, query, installation, simulator } = await setUp(templateId)
    const old = { corpid, corpsecret: installation.permanentCode }
    const { access_token } = await get('/cgi-bin/gettoken', old)
    await simulator.pusher.resetPermanentCode(templateId, corpid)
    expect((await get('/cgi-bin/gettoken', old)).errcode).toBe(40001)
    const token = { access_token: String(access_token) }
    expect((await get('/cgi-bin/get_jsapi_ticket', token)).errcode).toBe(40014)
    const pushed = simulator.pusher.log().at(-1)
    expect(pushed?.type).toBe('reset_permanent_code')
    const { authCode } = await simulator.pusher.install(templateId, corpid, { from: 'provider' })
    const renewed = await post(v2, query, { auth_code: authCode })
    expect(renewed.permanent_code).toBe(installation.permanentCode)
    expect(renewed.permanent_code).not.toBe(old.corpsecret)
  })

  test('of an ordinary app cannot be reset', async () => {
    const { simulator } = await setUp()
    await expect(simulator.pusher.resetPermanentCode(suiteId, corpid)).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})

describe('the list of admins', () => {
  const path = '/cgi-bin/service/get_admin_list'

  test('needs the right agentid of a company that has the app', async () => {
    const { post, query } = await setUp()
    const ask = (body: object) => post(path, query, { auth_corpid: corpid, ...body })
    expect((await ask({ agentid: 1000002 })).admin).toEqual([
      { userid: creator, open_userid: creator, auth_type: 1 },
    ])
    expect((await ask({ agentid: 1000009 })).errcode).toBe(40056)
    expect((await ask({})).errcode).toBe(41011)
    const other = { auth_corpid: otherCorpid, agentid: 1000002 }
    expect((await post(path, query, other)).errcode).toBe(48004)
  })

  test('leaves the creator out where members authorised the app', async () => {
    const { post, query, simulator } = await setUp()
    await simulator.pusher.changeAuth(suiteId, corpid, { authMode: 1 })
    const answer = await post(path, query, { auth_corpid: corpid, agentid: 1000002 })
    expect(answer.admin).toEqual([])
  })
})
