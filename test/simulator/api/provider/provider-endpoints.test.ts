import { describe, expect, test } from 'bun:test'
import {
  corpid,
  createBox,
  otherCorpid,
  provider,
  startMs,
  suiteId,
  templateId,
  worker,
} from '../../box'

const tokenPath = '/cgi-bin/service/get_provider_token'
const credentials = { corpid: provider.corpid, provider_secret: provider.secret }

const setUp = async () => {
  const box = createBox()
  const { provider_access_token } = await box.post(tokenPath, {}, credentials)
  await box.corpToken()
  return { ...box, query: { provider_access_token: String(provider_access_token) } }
}

describe('a provider_access_token', () => {
  test("costs the provider's corpid and secret, and comes without an errcode", async () => {
    const { post } = createBox()
    const answer = await post(tokenPath, {}, credentials)
    expect(Object.keys(answer)).toEqual(['provider_access_token', 'expires_in'])
  })

  test('is refused for a wrong corpid or secret', async () => {
    const { post } = createBox()
    const wrongCorpid = { ...credentials, corpid: 'wwother' }
    expect((await post(tokenPath, {}, wrongCorpid)).errcode).toBe(40013)
    const wrongSecret = { ...credentials, provider_secret: 'wrong' }
    expect((await post(tokenPath, {}, wrongSecret)).errcode).toBe(40001)
  })

  test('opens the conversion of corpids that have one of its apps', async () => {
    const { post, query } = await setUp()
    const path = '/cgi-bin/service/corpid_to_opencorpid'
    expect((await post(path, query, { corpid })).open_corpid).toBe(corpid)
    expect((await post(path, query, { corpid: otherCorpid })).errcode).toBe(48001)
    expect((await post(path, {}, { corpid })).errcode).toBe(41001)
    expect((await post(path, { provider_access_token: 'x' }, { corpid })).errcode).toBe(40082)
  })

  test("opens the state of a company's licences, from its first install on", async () => {
    const { clock, post, query, simulator } = await setUp()
    await clock.advance(60_000)
    await simulator.pusher.uninstall(suiteId, corpid)
    await simulator.pusher.install(suiteId, corpid)
    const path = '/cgi-bin/license/get_app_license_info'
    const answer = await post(path, query, { corpid, suite_id: suiteId })
    expect(answer.trail_info).toMatchObject({ start_time: startMs / 1000 })
    expect((await post(path, query, { corpid, suite_id: 'wwother' })).errcode).toBe(40083)
    const other = { corpid: otherCorpid, suite_id: suiteId }
    expect((await post(path, query, other)).errcode).toBe(48004)
  })

  test('opens the QR code of templates, for ten days', async () => {
    const { post, query } = await setUp()
    const path = '/cgi-bin/service/get_customized_auth_url'
    const body = { state: 'channel7', templateid_list: [templateId] }
    const answer = await post(path, query, body)
    expect(answer).toMatchObject({ errcode: 0, expires_in: 864000 })
    expect(answer.qrcode_url).toStartWith('https://')
    for (const [change, errcode] of [
      [{ state: 'channel-7' }, 84025],
      [{ state: 'x'.repeat(33) }, 84025],
      [{ state: '' }, 40058],
      [{ templateid_list: [] }, 40058],
      [{ templateid_list: Array(10).fill(templateId) }, 40058],
      [{ templateid_list: [templateId, suiteId] }, 40083],
    ] as const) {
      expect((await post(path, query, { ...body, ...change })).errcode).toBe(errcode)
    }
    expect((await post(path, {}, body)).errcode).toBe(41001)
  })

  test('opens get_login_info, where it is named access_token, with a code that works once', async () => {
    const { post, query, simulator } = await setUp()
    const auth_code = simulator.pusher.openBusinessUrl(corpid, worker)
    const path = '/cgi-bin/service/get_login_info'
    expect((await post(path, query, { auth_code })).errcode).toBe(41001)
    const named = { access_token: query.provider_access_token }
    expect(await post(path, named, { auth_code })).toMatchObject({
      usertype: 5,
      user_info: { userid: worker },
      corp_info: { corpid },
    })
    expect((await post(path, named, { auth_code })).errcode).toBe(40078)
  })

  test('exchanges no code of a login for a permanent code', async () => {
    const { post, simulator, suiteToken } = await setUp()
    const auth_code = simulator.pusher.openBusinessUrl(corpid, worker)
    const query = { suite_access_token: await suiteToken() }
    const answer = await post('/cgi-bin/service/v2/get_permanent_code', query, { auth_code })
    expect(answer.errcode).toBe(40078)
  })
})
