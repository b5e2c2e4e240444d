import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { createScene, jsonOf, type Scene } from '../../scene'
import { providerSecret, providerTokenPath } from '../../suite/provider-scene'
import { installedThrice, threeSuites } from '../../suite/three-suites'
import { nowSeconds, push, xml } from '../wecom/sealed-callback'

const qrPath = '/cgi-bin/service/get_customized_auth_url'
const systemPair = {
  token: 'TheSystemToken',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}

const withSecret = () =>
  threeSuites({
    env: { WECOM_PROVIDER_SECRET: providerSecret },
    simulator: {
      suites: [{}, {}, { kind: 'customised' }],
      provider: { secret: providerSecret },
    },
  })

const report = (scene: Scene, path: string, dead: string) =>
  scene.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dead }),
  })

describe('the provider’s access token', () => {
  test('is handed out, the same to all who ask, and kept by nobody on the way', async () => {
    const { scene } = await withSecret()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scene.ask('/api/provider/access-token')),
    )
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(answers[0].expiresAt).toBe(scene.clock.now() + 2 * hourMs)
    const credential = scene.simulator.world.credentials.byValue.get(answers[0].accessToken)
    expect(credential).toMatchObject({ kind: 'provider_access_token', suiteId: null })
    expect(scene.calls(providerTokenPath)).toBe(1)
    const headers = { authorization: 'Bearer an-admin-token-for-the-tests' }
    const answer = await scene.request('/api/provider/access-token', { headers })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('reported dead by many is replaced once', async () => {
    const { scene } = await withSecret()
    const { accessToken: dead } = await scene.ask('/api/provider/access-token')
    scene.simulator.killTokens({ kind: 'provider_access_token' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => report(scene, '/api/provider/access-token', dead)),
    )
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(answers[0].accessToken).not.toBe(dead)
    expect(scene.calls(providerTokenPath)).toBe(2)
  })

  test.each([
    ['corpid', { WECOM_PROVIDER_CORPID: '' }],
    ['secret', {}],
  ])('needs the provider’s %s, and says where to enter it', async (_, env) => {
    const scene = await createScene({ env })
    const problem = await scene.ask('/api/provider/access-token')
    expect(problem).toMatchObject({ status: 503, code: 'suite_not_configured' })
    expect(problem.detail).toContain('WECOM_PROVIDER_CORPID and WECOM_PROVIDER_SECRET')
    expect(scene.calls('*')).toBe(0)
  })
})

describe('the QR code of a template', () => {
  const url = '/api/suites/template/authorization-url'

  test('comes from WeCom, for this template', async () => {
    const { scene, ids } = await withSecret()
    const answer = await scene.ask(`${url}?state=channel7`)
    expect(answer).toEqual({
      url: expect.stringMatching(/^https:\/\//),
      expiresInSeconds: 864_000,
    })
    expect(scene.calls(qrPath)).toBe(1)
    expect(
      (await scene.ask(`/api/suites/${ids.template}/authorization-url?state=x`)).url,
    ).toBeString()
  })

  test('leads to an install that carries its state', async () => {
    const { scene, ids, corpids } = await withSecret()
    await scene.ask(`${url}?state=channel7`)
    await scene.simulator.pusher.pushTicket(ids.template)
    await scene.simulator.pusher.install(ids.template, corpids[0]!, { state: 'channel7' })
    await scene.settle()
    const [event] = (await scene.ask('/api/events?type=create_auth')).items
    expect(event).toMatchObject({ corpid: corpids[0], status: 'done' })
    expect(event.payload.State).toBe('channel7')
  })

  test.each(['', '?state=', '?state=with-dash', `?state=${'a'.repeat(33)}`, '?state=a%20b'])(
    'needs a state of letters and digits: not %j',
    async (query) => {
      const { scene } = await withSecret()
      expect(await scene.ask(url + query)).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(scene.calls('*')).toBe(0)
    },
  )

  test('is not for an app, nor for a suite that isn’t ours', async () => {
    const { scene } = await withSecret()
    const ofSuite = (name: string) => scene.ask(`/api/suites/${name}/authorization-url?state=a`)
    expect(await ofSuite('crm')).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await ofSuite('Template')).toMatchObject({ status: 404, code: 'suite_not_found' })
    expect(scene.calls('*')).toBe(0)
  })

  test('tells what WeCom refuses', async () => {
    const { scene } = await withSecret()
    scene.simulator.faults.add({ path: qrPath, errcode: 60020 })
    expect(await scene.ask(`${url}?state=a`)).toMatchObject({ code: 'wecom_error', errcode: 60020 })
  })
})

describe('the tokens of the suites', () => {
  test('are handed out by key and by id, each suite’s own', async () => {
    const { scene, ids } = await installedThrice()
    const seen = new Set<string>()
    for (const [key, suiteId] of Object.entries(ids)) {
      const { accessToken } = await scene.ask(`/api/suites/${key}/access-token`)
      expect((await scene.ask(`/api/suites/${suiteId}/access-token`)).accessToken).toBe(accessToken)
      const credential = scene.simulator.world.credentials.byValue.get(accessToken)
      expect(credential).toMatchObject({ kind: 'suite_access_token', suiteId })
      seen.add(accessToken)
    }
    expect(seen.size).toBe(3)
  })

  test('of which one is reported dead: the others stay', async () => {
    const { scene } = await installedThrice()
    const others = async () => [
      (await scene.ask('/api/suites/hr/access-token')).accessToken,
      (await scene.ask('/api/suites/template/access-token')).accessToken,
    ]
    const before = await others()
    const { accessToken: dead } = await scene.ask('/api/suites/crm/access-token')
    scene.simulator.killTokens({ kind: 'suite_access_token' })
    expect((await report(scene, '/api/suites/crm/access-token', dead)).accessToken).not.toBe(dead)
    expect(await others()).toEqual(before)
  })
})

describe('the system-event URL', () => {
  const providerScene = async (own: boolean) => {
    const { token, encodingAesKey } = systemPair
    const provider = { systemToken: token, systemEncodingAesKey: encodingAesKey }
    const scene = await createScene({
      simulator: { provider },
      env: own ? { WECOM_SYSTEM_TOKEN: token, WECOM_SYSTEM_ENCODING_AES_KEY: encodingAesKey } : {},
    })
    const { corpid } = scene.simulator.world.provider
    const message = xml({
      ServiceCorpId: corpid,
      InfoType: 'register_corp',
      TimeStamp: nowSeconds(scene),
      RegisterCode: 'the-register-code',
      AuthCorpId: 'wpRegistered',
      ContactSync: '<AccessToken>the-contact-token</AccessToken><ExpiresIn>1800</ExpiresIn>',
      AuthUserInfo: '<UserId>woAdmin</UserId>',
      State: 'channel7',
      TemplateId: 'tpl1',
    })
    return { scene, sealed: { path: '/callback/system', receiveId: corpid, message } }
  }

  test('is checked and takes events with its own pair, and then with no other', async () => {
    const { scene, sealed } = await providerScene(true)
    const { pusher } = scene.simulator
    expect((await pusher.saveSystemUrl('http://localhost/callback/system')).ok).toBe(true)
    expect(await pusher.pushEvent('license_pay_success')).toMatchObject({ ok: true })
    const refused = await push(scene, sealed)
    expect((await jsonOf(refused)).code).toBe('bad_signature')
  })

  test('takes events with the pair of a suite where it has none of its own', async () => {
    const { scene, sealed } = await providerScene(false)
    const answer = await push(scene, sealed)
    expect([answer.status, await answer.text()]).toEqual([200, 'success'])
    expect((await jsonOf(await push(scene, { ...sealed, ...systemPair }))).code).toBe(
      'bad_signature',
    )
  })

  test('keeps a registration without showing its secrets', async () => {
    const { scene, sealed } = await providerScene(true)
    await push(scene, { ...sealed, ...systemPair })
    const [event] = (await scene.ask('/api/events?type=register_corp')).items
    expect(event).toMatchObject({
      suiteId: null,
      corpid: 'wpRegistered',
      source: 'system',
      status: 'done',
      subject: { 'AuthUserInfo.UserId': 'woAdmin', TemplateId: 'tpl1' },
      payload: {
        RegisterCode: '***',
        ContactSync: { AccessToken: '***', ExpiresIn: '1800' },
        State: 'channel7',
      },
    })
    const shown = [
      await scene.ask(`/api/events/${event.id}`),
      await scene.ask('/api/corps/wpRegistered/timeline'),
      scene.logs,
    ]
    for (const secret of ['the-register-code', 'the-contact-token']) {
      expect(JSON.stringify(shown)).not.toContain(secret)
    }
    expect((await scene.eventLog.get(event.id))?.body).toContain('the-register-code')
  })

  test('takes nothing that is another provider’s', async () => {
    const { scene, sealed } = await providerScene(true)
    const own = sealed.receiveId
    for (const change of [
      { message: sealed.message.replace(own, 'wwother') },
      { receiveId: 'wwother' },
    ]) {
      const answer = await push(scene, { ...sealed, ...systemPair, ...change })
      expect((await jsonOf(answer)).code).toBe('wrong_receiver')
    }
    expect((await scene.ask('/api/events')).items).toEqual([])
  })
})
