import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { killTokens } from '../../../src/simulator/world/tokens'
import type { Change } from '../../../src/store/replicas/changes'
import { adminToken, createScene, jsonOf, type Scene, type SceneOptions } from '../../scene'
import { createFaultyDrivers, unavailable } from '../../suite/faulty-drivers'

/** Three services on one store, one of which has the app installed. */
const three = async (options: SceneOptions = {}) => {
  const first = await createScene(options)
  const all = [first, await first.beside(), await first.beside()]
  const corpid = await first.installed()
  return { first, all, corpid }
}

const tell = (scenes: readonly Scene[], change: Change) => {
  for (const { service } of scenes) service.hear.change(change)
}

const statusesOf = async (answers: Promise<Response>[], clock: Scene['clock']) => {
  await clock.advance(2 * secondMs)
  return new Set((await Promise.all(answers)).map(({ status }) => status))
}

describe('three services on one store', () => {
  test('ask WeCom once for each token that 150 pages wait for', async () => {
    const { first, all, corpid } = await three()
    const before = first.simulator.calls.count({ path: '/cgi-bin/*' })
    const signing = Array.from({ length: 150 }, (_, n) => all[n % 3]!.sign(corpid))
    expect(await statusesOf(signing, first.clock)).toEqual(new Set([200]))
    for (const path of ['/cgi-bin/get_jsapi_ticket', '/cgi-bin/service/get_corp_token']) {
      expect(first.calls(path)).toBeLessThanOrEqual(1)
    }
    expect(first.calls('/cgi-bin/service/get_suite_token')).toBe(1)
    expect(first.simulator.calls.count({ path: '/cgi-bin/*' }) - before).toBeLessThanOrEqual(2)
  })

  test('replace a token once that thirty report dead', async () => {
    const { first, all, corpid } = await three()
    const path = `/api/corps/${corpid}/access-token`
    const { accessToken } = await first.ask(path)
    for (const scene of all) await scene.ask(path)
    killTokens(first.simulator.world, { kind: 'access_token' })
    const before = first.calls('/cgi-bin/service/get_corp_token')
    const reports = Array.from({ length: 30 }, (_, n) =>
      all[n % 3]!.request(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ dead: accessToken }),
      }),
    )
    expect(await statusesOf(reports, first.clock)).toEqual(new Set([200]))
    expect(first.calls('/cgi-bin/service/get_corp_token') - before).toBe(1)
  })
})

describe('a service that hears what another one did', () => {
  test('signs no more for a company that left, and again once it is back', async () => {
    const { first, all, corpid } = await three()
    const [, second, third] = all as [Scene, Scene, Scene]
    for (const scene of [second, third]) expect((await scene.sign(corpid)).status).toBe(200)
    const told = { what: 'corp', suiteId: first.suiteId, corpid } as const
    await first.simulator.pusher.uninstall(first.suiteId, corpid)
    await first.settle()
    tell([second], told)
    expect((await jsonOf(await second.sign(corpid))).code).toBe('corp_not_authorized')
    expect((await third.sign(corpid)).status).toBe(200)
    await first.clock.advance(secondMs)
    await first.simulator.pusher.install(first.suiteId, corpid)
    await first.clock.advance(secondMs)
    // Nobody told it that it is back.
    expect((await second.sign(corpid)).status).toBe(200)
  })

  test('lets in no key that was revoked', async () => {
    const { first, all } = await three()
    const second = all[1]!
    const { key, id } = await first.ask('/api/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'crm', scopes: ['read'] }),
    })
    const use = () => second.request('/api/corps', { headers: { authorization: `Bearer ${key}` } })
    expect((await use()).status).toBe(200)
    const headers = { authorization: `Bearer ${adminToken}` }
    await first.request(`/api/keys/${id}`, { method: 'DELETE', headers })
    tell([second], { what: 'keys' })
    expect((await use()).status).toBe(401)
  })

  test('knows an endpoint at once that was made elsewhere', async () => {
    const { first, all } = await three()
    const second = all[1]!
    const names = async () =>
      (await second.ask('/api/endpoints')).items.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual([])
    await first.ask('/api/endpoints', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'crm', url: 'https://crm.example.com/hook' }),
    })
    tell([second], { what: 'endpoints' })
    expect(await names()).toEqual(['crm'])
  })

  test('may have missed anything, and asks the store about all of it', async () => {
    const { first, all, corpid } = await three()
    const second = all[1]!
    expect((await second.sign(corpid)).status).toBe(200)
    await first.simulator.pusher.uninstall(first.suiteId, corpid)
    await first.settle()
    second.service.hear.missed()
    expect((await jsonOf(await second.sign(corpid))).code).toBe('corp_not_authorized')
  })
})

describe('a service whose store is away', () => {
  const away = async () => {
    const faulty = createFaultyDrivers()
    const scene = await createScene({ drivers: faulty.drivers })
    const corpid = await scene.installed()
    expect((await scene.sign(corpid)).status).toBe(200)
    const proxied = () =>
      scene.request(`/proxy/corps/${corpid}/cgi-bin/user/get?userid=zhangsan`, {
        headers: { authorization: `Bearer ${adminToken}` },
      })
    expect((await proxied()).status).toBe(200)
    for (const name of [
      'loadCorp',
      'loadToken',
      'takeTokenTurn',
      'loadSuite',
      'loadKey',
    ] as const) {
      faulty.instead.store[name] = unavailable
    }
    return { scene, corpid, proxied, faulty }
  }

  test('signs and proxies on until the tokens end, and then says how long to wait', async () => {
    const { scene, corpid, proxied, faulty } = await away()
    for (const minutes of [1, 30, 80]) {
      await scene.clock.leap(minutes * minuteMs)
      expect((await scene.sign(corpid)).status).toBe(200)
      expect((await proxied()).status).toBe(200)
    }
    await scene.clock.leap(10 * minuteMs)
    for (const answer of [await scene.sign(corpid), await proxied()]) {
      expect((await jsonOf(answer)).code).toBe('store_unavailable')
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
    }
    faulty.instead.store = {}
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(secondMs)
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await proxied()).status).toBe(200)
  })

  test('lets in no API key that it can’t look up', async () => {
    const { scene, faulty } = await away()
    const { key } = await scene.ask('/api/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'crm', scopes: ['read'] }),
    })
    const use = () => scene.request('/api/corps', { headers: { authorization: `Bearer ${key}` } })
    expect((await use()).status).toBe(200)
    await scene.clock.advance(5 * secondMs)
    expect((await use()).status).toBe(503)
    faulty.instead.store = {}
    expect((await use()).status).toBe(200)
  })
})
