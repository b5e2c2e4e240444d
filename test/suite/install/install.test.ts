import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { command } from '../../http/wecom/sealed-callback'
import { createScene, jsonOf, type Scene } from '../../scene'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'
const authInfoPath = '/cgi-bin/service/v2/get_auth_info'
const corpTokenPath = '/cgi-bin/service/get_corp_token'

const installationOf = ({ simulator, suiteId }: Scene, corpid: string) =>
  simulator.world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!

const installEvent = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]

describe('an install', () => {
  test('ends with a company that is authorised, its agentid and its first token', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const company = scene.simulator.world.companies.get(corpid)!
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      corpid,
      suiteId: scene.suiteId,
      name: company.name,
      agentid: 1000002,
      status: 'authorized',
      authMode: 0,
      authorizedAt: scene.clock.now(),
    })
    const key = { suiteId: scene.suiteId, corpid, kind: 'access_token' } as const
    expect(await scene.store.loadToken(key)).not.toBeNull()
    expect(await installEvent(scene)).toMatchObject({
      type: 'create_auth',
      corpid,
      status: 'done',
      attempts: 1,
    })
  })

  test('costs one exchange, one look at the company and one token', async () => {
    const scene = await createScene()
    await scene.installed()
    await scene.clock.advance(minuteMs)
    expect(scene.calls('/cgi-bin/service/get_suite_token')).toBe(1)
    expect(scene.calls(exchangePath)).toBe(1)
    expect(scene.calls(authInfoPath)).toBe(1)
    expect(scene.calls(corpTokenPath)).toBe(1)
  })

  test('is answered before the exchange has begun', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    scene.simulator.faults.add({ path: '/cgi-bin/*', hang: true })
    const { push } = await scene.simulator.pusher.install(scene.suiteId, scene.corpids[0]!)
    expect(push).toMatchObject({ ok: true, ms: 0, body: 'success' })
  })

  test('pushed three times over is exchanged once', async () => {
    const scene = await createScene()
    const { pusher } = scene.simulator
    await pusher.pushTicket(scene.suiteId)
    const { authCode } = await pusher.install(scene.suiteId, scene.corpids[0]!, {
      from: 'provider',
    })
    const message = command(scene, { InfoType: 'create_auth', AuthCode: authCode })
    const pushes = await Promise.all([1, 2, 3].map(() => pusher.push(scene.suiteId, message)))
    expect(pushes.map(({ body }) => body)).toEqual(['success', 'success', 'success'])
    await scene.settle()
    expect((await pusher.push(scene.suiteId, message)).body).toBe('success')
    await scene.clock.advance(minuteMs)
    expect(scene.calls(exchangePath)).toBe(1)
    expect((await scene.ask('/api/events?type=create_auth')).items).toHaveLength(1)
  })

  test('of three companies at the same time gives each its own code and token', async () => {
    const scene = await createScene()
    const { pusher } = scene.simulator
    await pusher.pushTicket(scene.suiteId)
    await Promise.all(scene.corpids.map((corpid) => pusher.install(scene.suiteId, corpid)))
    await scene.settle()
    for (const corpid of scene.corpids) {
      const record = await scene.store.loadCorp(scene.suiteId, corpid)
      expect(record?.permanentCode).toBe(installationOf(scene, corpid).permanentCode)
      expect((await scene.sign(corpid)).status).toBe(200)
    }
    expect(scene.calls(exchangePath)).toBe(3)
  })

  test('after the company had left brings it back under its new code and agentid', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    await scene.installed(corpid)
    const record = await scene.store.loadCorp(scene.suiteId, corpid)
    const installation = installationOf(scene, corpid)
    expect(record).toMatchObject({
      status: 'authorized',
      statusReason: null,
      permanentCode: installation.permanentCode,
      agentid: installation.agentid,
    })
    expect((await scene.sign(corpid, 'agent_config')).status).toBe(200)
  })

  test('while the company is authorised keeps the code that came last', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const before = await scene.store.loadCorp(scene.suiteId, corpid)
    await scene.clock.advance(minuteMs)
    installationOf(scene, corpid).permanentCode = 'another-permanent-code'
    await scene.simulator.pusher.install(scene.suiteId, corpid)
    await scene.settle()
    const record = await scene.store.loadCorp(scene.suiteId, corpid)
    expect(record?.permanentCode).toBe('another-permanent-code')
    expect(record?.authorizedAt).toBe(before!.authorizedAt + minuteMs)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('without an AuthCode is dead and costs no call', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    scene.simulator.calls.clear()
    const message = command(scene, { InfoType: 'create_auth', AuthCode: '' })
    expect((await scene.simulator.pusher.push(scene.suiteId, message)).body).toBe('success')
    await scene.settle()
    expect((await installEvent(scene)).status).toBe('dead')
    expect(scene.calls('*')).toBe(0)
  })

  test.each([
    ['get_permanent_code', exchangePath],
    ['get_auth_info', authInfoPath],
  ])('falls back to the old %s where WeCom doesn’t serve v2', async (_, path) => {
    const scene = await createScene()
    scene.simulator.faults.add({ path, status: 404 })
    const corpid = await scene.installed()
    expect(scene.calls(path)).toBe(1)
    expect(scene.calls(path.replace('/v2/', '/'))).toBe(1)
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      status: 'authorized',
      agentid: 1000002,
    })
    expect((await installEvent(scene)).status).toBe('done')
  })
})

describe('an install whose details can’t be read', () => {
  const halfInstalled = async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: authInfoPath, errcode: -1 })
    const corpid = await scene.installed()
    await scene.clock.advance(5 * secondMs)
    return { scene, corpid }
  }

  test('lists the company all the same, once its permanent code is stored', async () => {
    const { scene, corpid } = await halfInstalled()
    expect((await scene.ask('/api/corps')).items).toMatchObject([
      { corpid, status: 'authorized', agentid: null },
    ])
    expect(await installEvent(scene)).toMatchObject({ corpid, status: 'pending' })
    expect((await installEvent(scene)).lastError).toContain('-1')
  })

  test('serves pages that need no agentid', async () => {
    const { scene, corpid } = await halfInstalled()
    expect((await scene.sign(corpid)).status).toBe(200)
    const answer = await scene.sign(corpid, 'agent_config')
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('is tried again until it succeeds, without another exchange', async () => {
    const { scene, corpid } = await halfInstalled()
    await scene.clock.advance(20 * minuteMs)
    expect(scene.calls(authInfoPath)).toBeLessThan(60)
    scene.simulator.faults.clear()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(7 * minuteMs)
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({ agentid: 1000002 })
    expect((await installEvent(scene)).status).toBe('done')
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('is given up after a day; the company stays authorised', async () => {
    const { scene, corpid } = await halfInstalled()
    scene.simulator.pusher.startTickets()
    await scene.clock.stride(24 * 60 * minuteMs)
    await scene.clock.advance(60 * minuteMs)
    expect((await installEvent(scene)).status).toBe('dead')
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
  }, 60_000)
})

describe('change_auth', () => {
  test('reads again what the company granted', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { authMode: 1 })
    await scene.settle()
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      authMode: 1,
      authInfo: { auth_mode: 1 },
    })
    const [event] = (await scene.ask('/api/events?type=change_auth')).items
    expect(event).toMatchObject({ corpid, status: 'done' })
  })

  test('of a company that nobody knows changes nothing and costs no call', async () => {
    const scene = await createScene()
    await scene.installed()
    scene.simulator.calls.clear()
    const corpid = scene.corpids[1]!
    await scene.simulator.pusher.pushEvent('change_auth', { corpid })
    await scene.settle()
    expect(scene.calls('*')).toBe(0)
    const [event] = (await scene.ask('/api/events?type=change_auth')).items
    expect(event.status).toBe('done')
    const refused = await scene.sign(corpid)
    expect((await jsonOf(refused)).reason).toContain('Import it')
  })
})
