import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { adminToken, createScene, jsonOf, type Scene } from '../../scene'
import { createFaultyDrivers, unavailable } from '../../suite/faulty-drivers'

const operator = { headers: { authorization: `Bearer ${adminToken}` } }

const readyz = async (scene: Scene, query = '', init?: RequestInit) => {
  const answer = await scene.request(`/readyz${query}`, init)
  return { status: answer.status, headers: answer.headers, body: await jsonOf(answer) }
}

describe('/healthz', () => {
  test('answers as long as the process lives, whatever the disk does', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.checkWritable = unavailable
    scene.service.leave()
    const answer = await scene.request('/healthz')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'alive' })
  })
})

describe('/readyz', () => {
  test('is 200 although things are awaited from outside', async () => {
    const scene = await createScene()
    expect(await readyz(scene)).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  test('tells what is awaited to operators alone', async () => {
    const scene = await createScene()
    expect((await readyz(scene)).body).toEqual({ status: 'ready' })
    const wrong = { headers: { authorization: 'Bearer wrong' } }
    expect((await readyz(scene, '', wrong)).body).toEqual({ status: 'ready' })
    expect((await readyz(scene, '', operator)).body).toMatchObject({
      status: 'ready',
      waiting: [{ code: 'suite_ticket' }],
    })
  })

  test.each(['store', 'eventLog'] as const)(
    'is 503 while the %s can’t be written',
    async (part) => {
      const { drivers, instead } = createFaultyDrivers()
      const scene = await createScene({ drivers })
      instead[part].checkWritable = unavailable
      const refused = await readyz(scene)
      expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } })
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      instead[part] = {}
      expect((await readyz(scene)).status).toBe(200)
    },
  )

  test('says to operators alone what is wrong with the store', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.checkWritable = unavailable
    expect((await readyz(scene)).body.detail).not.toContain('disk')
    expect((await readyz(scene, '', operator)).body.detail).toContain('disk')
  })

  test('is 503 from the moment on in which the process leaves', async () => {
    const scene = await createScene()
    scene.service.leave()
    expect(await readyz(scene)).toMatchObject({ status: 503, body: { code: 'shutting_down' } })
  })

  test('takes no question that it doesn’t know', async () => {
    const scene = await createScene()
    expect(await readyz(scene, '?for=everything')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })
})

describe('/readyz?for=signing', () => {
  const query = '?for=signing'

  test('is 200 once the suite’s token can be had', async () => {
    const scene = await createScene()
    await scene.installed()
    expect((await readyz(scene, query)).status).toBe(200)
  })

  test('is 503 before the first ticket', async () => {
    const scene = await createScene()
    const refused = await readyz(scene, query)
    expect(refused).toMatchObject({ status: 503, body: { code: 'suite_ticket_missing' } })
    expect(refused.body).not.toHaveProperty('waiting')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each([
    ['the suite id is missing', { WECOM_SUITE_ID: '', WECOM_SUITE_SECRET: '' }],
    ['the secret is missing', { WECOM_SUITE_SECRET: '' }],
  ])('is 503 while %s', async (_, env) => {
    const scene = await createScene({ env: env as Record<string, string> })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    expect(await readyz(scene, query)).toMatchObject({
      status: 503,
      body: { code: 'suite_not_configured' },
    })
  })

  test.each([60020, 40080])('is 503 while WeCom refuses the suite with %i', async (errcode) => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', errcode })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    expect((await readyz(scene, query)).status).toBe(503)
    expect((await readyz(scene)).status).toBe(200)
  })

  test('tells operators what it is and how to mend it', async () => {
    const scene = await createScene()
    const { body } = await readyz(scene, query, operator)
    expect(body.waiting).toMatchObject([{ code: 'suite_ticket' }])
    expect(body.waiting[0].cure.length).toBeGreaterThan(10)
  })

  test('tells strangers nothing of the inside', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', errcode: 60020 })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    const text = JSON.stringify((await readyz(scene, query)).body)
    for (const inside of ['203.0.113.7', '60020', scene.suiteId]) expect(text).not.toContain(inside)
  })

  test('asks the store once a second at most, however often strangers ask', async () => {
    const { drivers, instead } = createFaultyDrivers()
    let asked = 0
    instead.store.loadSuite = async () => {
      asked += 1
      return null
    }
    const scene = await createScene({ drivers })
    await scene.settle()
    const probe = async (of: string) => {
      asked = 0
      for (let times = 0; times < 100; times += 1) await scene.request(`/readyz${of}`)
      return asked
    }
    expect(await probe('')).toBe(0)
    const once = await probe(query)
    expect([1, 2]).toContain(once)
    await scene.clock.advance(secondMs)
    expect(await probe(query)).toBe(once)
  })

  test('is 200 a second after what was awaited came', async () => {
    const scene = await createScene()
    expect((await readyz(scene, query)).status).toBe(503)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    await scene.clock.advance(secondMs)
    expect((await readyz(scene, query)).status).toBe(200)
  })
})
