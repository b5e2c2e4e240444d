import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import { command, memberMessage, nowSeconds, push, seal, xml } from './sealed-callback'

const systemMessage = (scene: Scene, elements: Record<string, string> = {}) =>
  xml({
    ServiceCorpId: scene.simulator.world.provider.corpid,
    InfoType: 'license_pay_success',
    AuthCorpId: scene.corpids[0]!,
    TimeStamp: nowSeconds(scene),
    ...elements,
  })

const kinds = {
  command: (scene: Scene, n = 0) => ({
    message: command(scene, { AuthUserChanged: n }),
    receiveId: scene.suiteId,
  }),
  system: (scene: Scene, n = 0) => ({
    message: systemMessage(scene, { OrderId: `order-${n}` }),
    receiveId: scene.simulator.world.provider.corpid,
  }),
  data: (scene: Scene, n = 0) => ({
    message: memberMessage(scene, { MsgId: n }),
    receiveId: scene.corpids[0]!,
  }),
}

const urls = [
  '/callback/command',
  '/callback/data',
  '/callback/system',
  '/orderUrl',
  '/dataUrl',
  '/suites/default/callback/command',
  '/suites/default/callback/data',
  '/suites/default/orderUrl',
  '/suites/default/dataUrl',
]

const unusualUrls = (scene: Scene) =>
  scene.logs.filter((line) => line.message.includes('unusual URL'))

describe('a push to any address, by any of its names,', () => {
  test.each([
    ['command', 'success'],
    ['system', 'success'],
    ['data', ''],
  ] as const)('of a %s message is answered %j', async (kind, body) => {
    const scene = await createScene()
    for (const [n, path] of urls.entries()) {
      const answer = await push(scene, { path, ...kinds[kind](scene, n) })
      const type = answer.headers.get('content-type')
      expect([path, answer.status, await answer.text(), type]).toEqual([
        path,
        200,
        body,
        expect.stringMatching(/^text\/plain/),
      ])
      const { items } = await scene.ask('/api/events')
      expect(items).toMatchObject(Array(n + 1).fill({ source: kind }))
    }
  })
})

describe('a push', () => {
  test('to an unusual URL is taken with one warning, not one for each', async () => {
    const scene = await createScene()
    for (const MsgId of ['1', '2', '3']) {
      const message = memberMessage(scene, { MsgId })
      await push(scene, { message, receiveId: scene.corpids[0]! })
    }
    expect(unusualUrls(scene)).toMatchObject([{ level: 'warn', url: 'command', kind: 'data' }])
  })

  test('to its usual URL is taken without a warning', async () => {
    const scene = await createScene()
    await push(scene, kinds.command(scene))
    await push(scene, { path: '/callback/data', ...kinds.data(scene) })
    await push(scene, { path: '/callback/system', ...kinds.system(scene) })
    expect(unusualUrls(scene)).toEqual([])
  })

  test('of a command on the data URL may carry the company’s id, and nobody else’s', async () => {
    const scene = await createScene()
    const path = '/callback/data/$CORPID$'
    const message = command(scene, { InfoType: 'device_data_auth_change' })
    const taken = await push(scene, { path, message, receiveId: scene.corpids[0]! })
    expect(await taken.text()).toBe('success')
    const refused = await push(scene, { path, message, receiveId: scene.corpids[1]! })
    expect(refused.status).toBe(403)
    const elsewhere = await push(scene, { message, receiveId: scene.corpids[0]! })
    expect(elsewhere.status).toBe(403)
  })

  test('of a command may be sealed for the provider, as some report it', async () => {
    const scene = await createScene()
    const { corpid } = scene.simulator.world.provider
    expect((await push(scene, { receiveId: corpid })).status).toBe(200)
  })

  test('to the data URL of its own company is taken', async () => {
    const scene = await createScene()
    const path = `/callback/data/${scene.corpids[0]}`
    expect((await push(scene, { path, ...kinds.data(scene) })).status).toBe(200)
  })

  test('is acknowledged by WeCom for every type that it knows', async () => {
    const scene = await createScene()
    const types = ['change_contact', 'change_external_contact', 'open_order', 'event.subscribe']
    for (const type of types) {
      const pushed = await scene.simulator.pusher.pushEvent(type)
      expect(pushed).toMatchObject({ ok: true, attempts: 1 })
    }
    expect((await scene.ask('/api/events')).items).toHaveLength(types.length)
  })

  test('whose outer ToUserName says anything at all is taken: nothing signs that', async () => {
    const scene = await createScene()
    const { address, ciphertext } = seal(scene)
    const body = xml({ ToUserName: 'forged', Encrypt: ciphertext })
    expect((await scene.request(address, { method: 'POST', body })).status).toBe(200)
  })
})

describe('the body of a push', () => {
  const types = [
    'text/xml',
    'text/xml;charset=utf-8',
    'text/xml; charset=UTF-8',
    'application/xml',
    'application/xml;charset=utf-8',
    'text/plain',
    'application/octet-stream',
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'nonsense',
  ]

  test.each(types)('is read as it is under the content type %s', async (type) => {
    const scene = await createScene()
    const answer = await push(scene, {}, { headers: { 'content-type': type } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('success')
  })

  test('is read as it is without any content type', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    const bare = { method: 'POST', body: new TextEncoder().encode(body) }
    const answer = await scene.request(address, bare)
    expect(await answer.text()).toBe('success')
  })

  test('may be JSON, as some gateways make it', async () => {
    const scene = await createScene()
    const { address, ciphertext } = seal(scene)
    const body = JSON.stringify({ tousername: scene.suiteId, encrypt: ciphertext })
    const headers = { 'content-type': 'application/json' }
    const answer = await scene.request(address, { method: 'POST', headers, body })
    expect(await answer.text()).toBe('success')
  })

  test('may come in small pieces', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    const bytes = new TextEncoder().encode(body)
    let at = 0
    const stream = new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close()
        controller.enqueue(bytes.subarray(at, at + 7))
        at += 7
      },
    })
    const answer = await scene.request(address, { method: 'POST', body: stream })
    expect(await answer.text()).toBe('success')
  })
})

describe('a command callback', () => {
  test.each(['create_auth', 'change_auth', 'cancel_auth', 'suite_ticket', 'change_contact'])(
    'is answered while WeCom’s API hangs: %s',
    async (type) => {
      const scene = await createScene()
      const corpid = await scene.installed()
      await scene.clock.advance(600 * secondMs)
      scene.simulator.faults.add({ path: '*', hang: true })
      scene.simulator.killTokens()
      for (const busy of [1, 2, 3]) {
        void scene.sign(corpid)
        const message = command(scene, { InfoType: 'create_auth', AuthCode: `code-${busy}` })
        await push(scene, { message })
      }
      // Time stands still here: whoever waited for WeCom would wait for ever.
      const pushed = await scene.simulator.pusher.pushEvent(type)
      expect(pushed).toMatchObject({ ok: true, ms: 0 })
    },
  )
})
