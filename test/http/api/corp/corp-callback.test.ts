import { describe, expect, spyOn, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../../src/clock'
import { jsonOf, type Scene } from '../../../scene'
import { hanging } from '../../../suite/faulty-drivers'
import { installedThrice } from '../../../suite/three-suites'
import { checkUrl, memberMessage, push, xml } from '../../wecom/sealed-callback'

const own = {
  token: 'TheTokenOfOneCompany',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}

const put = (scene: Scene, corpid: string, body: unknown, suite = 'template') =>
  scene.ask(`/api/corps/${corpid}/callback?suite=${suite}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A template whose first company has a pair of its own here. */
const pairScene = async (env: Record<string, string> = {}) => {
  const { scene, ids, corpids } = await installedThrice({ env })
  const [corpid = '', other = ''] = corpids
  await put(scene, corpid, own)
  const path = `/suites/template/corps/${corpid}/callback`
  const message = memberMessage(scene, { ToUserName: corpid })
  return { scene, ids, corpid, other, path, sealed: { ...own, path, message, receiveId: corpid } }
}

const codeOf = async (answer: Response) => (await jsonOf(answer)).code

describe('the callback pair of one company', () => {
  test('is configured once it was put, and never shown again', async () => {
    const { scene, corpid, other } = await pairScene({
      SUITED_PUBLIC_URL: 'https://gw.example.com/w',
    })
    const url = (id: string) => `https://gw.example.com/w/suites/template/corps/${id}/callback`
    const shown = await scene.ask(`/api/corps/${corpid}/callback?suite=template`)
    expect(shown).toEqual({ url: url(corpid), configured: true })
    expect(await scene.ask(`/api/corps/${other}/callback?suite=template`)).toEqual({
      url: url(other),
      configured: false,
    })
    expect(await put(scene, corpid, own)).toEqual(shown)
    const company = await scene.ask(`/api/corps/${corpid}?suite=template`)
    expect(company.hasCallbackPair).toBe(true)
    for (const secret of Object.values(own)) {
      expect(JSON.stringify([shown, company, scene.logs])).not.toContain(secret)
    }
  })

  test('has no address to paste without SUITED_PUBLIC_URL', async () => {
    const { scene, corpid } = await pairScene()
    expect((await scene.ask(`/api/corps/${corpid}/callback?suite=template`)).url).toBeNull()
  })

  test('opens what comes to the company’s URL', async () => {
    const { scene, ids, corpid, sealed } = await pairScene()
    const answer = await push(scene, sealed)
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect((await scene.ask('/api/events?type=text')).items).toMatchObject([
      { corpid, suiteId: ids.template, source: 'data' },
    ])
  })

  test('opens them with a pair that another process saved a moment ago, unheard', async () => {
    const { scene, ids, corpid, sealed } = await pairScene()
    const newer = { token: 'TheNewerToken', encodingAesKey: own.encodingAesKey }
    const keyOnly = {
      token: 'TheNewerToken',
      encodingAesKey: [...own.encodingAesKey].reverse().join(''),
    }
    for (const callbackPair of [newer, keyOnly]) {
      await scene.clock.advance(secondMs)
      await scene.store.changeCorp(
        ids.template,
        corpid,
        (corp) => corp && { ...corp, callbackPair },
      )
      const nonce = callbackPair.encodingAesKey
      expect(
        (await checkUrl(scene, { ...sealed, ...callbackPair, nonce, message: '42' })).status,
      ).toBe(200)
      expect((await push(scene, { ...sealed, ...callbackPair, nonce })).status).toBe(200)
    }
    expect(await codeOf(await push(scene, sealed))).toBe('bad_signature')
  })

  test('is told to WeCom to be pushed again within a second, if the store is silent', async () => {
    const { scene, sealed } = await pairScene()
    scene.store.loadCorp = hanging
    const path = '/suites/template/corps/wpUnknown/callback'
    const pushing = [push(scene, { ...sealed, path }), push(scene, { ...sealed, token: 'wrong' })]
    await scene.clock.advance(secondMs)
    const answers = await Promise.all(pushing)
    expect(answers.map(({ status }) => status)).toEqual([503, 403])
    await scene.clock.advance(secondMs)
    const refusing = push(scene, { ...sealed, token: 'wrong' })
    await scene.clock.advance(secondMs)
    expect((await refusing).status).toBe(503)
    expect((await push(scene, sealed)).status).toBe(200)
  })

  test('is read once a second at most for strangers who have no Token of it', async () => {
    const { scene, sealed } = await pairScene()
    const read = spyOn(scene.store, 'loadCorp')
    await scene.clock.advance(secondMs)
    for (let n = 0; n < 20; n++) await push(scene, { ...sealed, token: 'wrong', nonce: `${n}` })
    expect(read).toHaveBeenCalledTimes(1)
  })

  test('reads no pushed message out to whoever hands it in as a check of the URL', async () => {
    const { scene, sealed } = await pairScene()
    const answer = await checkUrl(scene, sealed)
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'bad_signature'])
    expect((await checkUrl(scene, { ...sealed, message: '4280377895' })).status).toBe(200)
  })

  test('opens nothing at the template’s own URLs, nor at another company’s', async () => {
    const { scene, other, sealed } = await pairScene()
    for (const path of [
      '/suites/template/callback/command',
      '/suites/template/callback/data',
      '/callback/system',
      `/suites/template/corps/${other}/callback`,
      `/suites/hr/corps/${sealed.receiveId}/callback`,
    ]) {
      expect(await codeOf(await push(scene, { ...sealed, path }))).toBe('bad_signature')
    }
  })

  test('stands beside the template’s, which opens the company’s URL as well', async () => {
    const { scene, ids, sealed } = await pairScene()
    const { token, encodingAesKey } = scene.simulator.world.suites.get(ids.template)!
    expect((await push(scene, { ...sealed, token, encodingAesKey })).status).toBe(200)
    const hr = scene.simulator.world.suites.get(ids.hr)!
    const foreign = { token: hr.token, encodingAesKey: hr.encodingAesKey }
    expect(await codeOf(await push(scene, { ...sealed, ...foreign }))).toBe('bad_signature')
  })

  test('may seal for the company or for the provider; which one it is, the log says once', async () => {
    const { scene, corpid, sealed } = await pairScene()
    const provider = scene.simulator.world.provider.corpid
    for (const [n, receiveId] of [corpid, corpid, provider, provider].entries()) {
      const message = memberMessage(scene, { ToUserName: corpid, MsgId: n })
      expect((await push(scene, { ...sealed, message, receiveId })).status).toBe(200)
    }
    const said = scene.logs.filter(({ message }) => message.includes('URL of one company'))
    expect(said.map(({ receiveId }) => receiveId)).toEqual([corpid, provider])
    expect(said[0]).toMatchObject({ level: 'info', corpid, suite: 'template' })
  })

  test('does not make up for a message that is for someone else', async () => {
    const { scene, other, sealed } = await pairScene()
    const strangers = [
      { receiveId: 'wpStranger' },
      { receiveId: other },
      { message: memberMessage(scene, { ToUserName: other }), receiveId: other },
    ]
    for (const change of strangers) {
      expect(await codeOf(await push(scene, { ...sealed, ...change }))).toBe('wrong_receiver')
    }
  })

  test('answers WeCom’s check of the URL, whichever of our ids it is sealed for', async () => {
    const { scene, ids, corpid, path } = await pairScene()
    for (const receiveId of [scene.simulator.world.provider.corpid, ids.template, corpid]) {
      const answer = await checkUrl(scene, { ...own, path, receiveId })
      expect([answer.status, await answer.text()]).toEqual([200, '4280377895'])
    }
    expect((await checkUrl(scene, { ...own, path, receiveId: 'wwother' })).status).toBe(403)
  })

  test('may bring events of the template, which are answered as such', async () => {
    const { scene, ids, corpid, sealed } = await pairScene()
    const message = xml({
      SuiteId: ids.template,
      InfoType: 'change_auth',
      TimeStamp: 1_700_000_000,
      AuthCorpId: corpid,
    })
    expect(await (await push(scene, { ...sealed, message })).text()).toBe('success')
  })

  test('is replaced by the next one that is put', async () => {
    const { scene, corpid, sealed } = await pairScene()
    await put(scene, corpid, { ...own, token: 'AnotherToken' })
    expect(await codeOf(await push(scene, sealed))).toBe('bad_signature')
    expect((await push(scene, { ...sealed, token: 'AnotherToken' })).status).toBe(200)
  })

  test('is there after a restart, and after the secret was reset', async () => {
    const { scene, ids, corpid, sealed } = await pairScene()
    const next = await scene.restart()
    await next.simulator.pusher.resetPermanentCode(ids.template, corpid)
    await next.settle()
    expect((await push(next, sealed)).status).toBe(200)
  })

  test('goes with the company', async () => {
    const { scene, ids, corpid, sealed } = await pairScene()
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(ids.template, corpid)
    await scene.settle()
    expect(await codeOf(await push(scene, sealed))).toBe('bad_signature')
    expect(await scene.store.loadCorp(ids.template, corpid)).not.toHaveProperty('callbackPair')
  })
})

describe('a callback pair is not taken', () => {
  test.each<[unknown, string]>([
    [{}, 'token'],
    [{ ...own, token: '' }, 'token'],
    [{ ...own, token: 'with a blank' }, 'token'],
    [{ ...own, token: 'a'.repeat(33) }, 'token'],
    [{ token: own.token }, 'encodingAesKey'],
    [{ ...own, encodingAesKey: own.encodingAesKey.slice(1) }, 'encodingAesKey'],
    [{ ...own, encodingAesKey: `${own.encodingAesKey.slice(1)}=` }, 'encodingAesKey'],
    [{ ...own, encodingAesKey: 7 }, 'encodingAesKey'],
    [[], 'body'],
  ])('as %j', async (body, field) => {
    const { scene, corpids } = await installedThrice()
    const problem = await put(scene, corpids[0]!, body)
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(problem.errors[0].field).toBe(field)
    const company = await scene.ask(`/api/corps/${corpids[0]}?suite=template`)
    expect(company.hasCallbackPair).toBe(false)
  })

  test('for a company of an app that is no template', async () => {
    const { scene, corpids } = await installedThrice()
    expect(await put(scene, corpids[0]!, own, 'crm')).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })

  test('for a company that nobody knows', async () => {
    const { scene } = await installedThrice()
    expect((await put(scene, 'wpNever', own)).code).toBe('corp_not_authorized')
  })
})
