import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../src/clock'
import { adminToken, jsonOf, pageUrl, type Scene } from '../scene'
import { installedThrice, type Key, threeSuites } from '../suite/three-suites'

const seconds = 1000

/** A suited that does the work of `hr` and of the template, and watches `crm`. */
const watchingCrm = async () => {
  const observed = new Set<Key>(['crm'])
  const three = await threeSuites({ observed })
  const { scene, ids } = three
  for (const suiteId of Object.values(ids)) await scene.simulator.pusher.pushTicket(suiteId)
  await scene.settle()
  return { ...three, observed }
}

const sign = (scene: Scene, key: Key, corpid: string) =>
  scene.request(`/suites/${key}/sign?${new URLSearchParams({ corpid, url: pageUrl })}`)

const statusOf = async (scene: Scene, suiteId: string, type: string) =>
  (await scene.ask(`/api/events?suite=${suiteId}&type=${type}`)).items[0]?.status

/** How often WeCom was asked for something of this suite. */
const callsOf = (scene: Scene, suiteId: string) => scene.simulator.calls.count({ suiteId })

describe('a suite that observes', () => {
  test('keeps its tickets and events and is asked nothing about, while the others work', async () => {
    const { scene, ids, corpids } = await watchingCrm()
    const { pusher } = scene.simulator
    const corpid = corpids[0]!
    for (const suiteId of [ids.crm, ids.hr]) await pusher.install(suiteId, corpid)
    await scene.clock.advance(20 * minuteMs)
    expect(await statusOf(scene, ids.crm, 'create_auth')).toBe('done')
    expect(callsOf(scene, ids.crm)).toBe(0)
    expect((await scene.ask(`/api/corps?suite=crm`)).items).toEqual([])
    expect((await scene.ask(`/api/corps?suite=hr`)).items).toMatchObject([{ corpid }])
    expect((await sign(scene, 'hr', corpid)).status).toBe(200)
    const { suites } = await scene.ask('/api/status')
    expect(suites).toMatchObject([
      { key: 'crm', observes: true, ticketAgeSeconds: 20 * 60, accessTokenExpiresAt: null },
      { key: 'hr', observes: false },
      { key: 'template', observes: false },
    ])
  })

  test('is named by what is awaited, and keeps no other from signing', async () => {
    const { scene } = await watchingCrm()
    const { waiting } = await scene.ask('/api/status')
    expect(waiting[0]).toMatchObject({ code: 'observing', suite: 'crm' })
    expect(waiting[0].detail).toContain('"crm"')
    expect(waiting[0].cure).toContain('observe = true')
    expect((await scene.request('/readyz?for=signing')).status).toBe(200)
  })

  test('keeps all from signing where every suite does so', async () => {
    const { scene } = await threeSuites({ observed: new Set<Key>(['crm', 'hr', 'template']) })
    const { waiting } = await scene.ask('/api/status')
    expect(waiting.map(({ code, suite }: never) => [code, suite]).slice(0, 4)).toEqual([
      ['observing', undefined],
      ['observing', 'crm'],
      ['observing', 'hr'],
      ['observing', 'template'],
    ])
    expect((await scene.request('/readyz?for=signing')).status).toBe(503)
    const headers = { authorization: `Bearer ${adminToken}` }
    expect((await scene.request('/api/provider/access-token', { headers })).status).toBe(503)
    expect(scene.calls('/*')).toBe(0)
  })

  test('signs nothing, hands out nothing and asks nothing, not even what it has from before', async () => {
    const observed = new Set<Key>()
    const { scene, ids, corpids } = await installedThrice({ observed })
    const corpid = corpids[0]!
    for (const key of ['crm', 'template'] as const) {
      expect((await sign(scene, key, corpid)).status).toBe(200)
    }
    observed.add('crm').add('template')
    const watcher = await scene.reload()
    scene.simulator.calls.clear()
    const headers = { authorization: `Bearer ${adminToken}` }
    const ask = (path: string, method = 'GET') => watcher.request(path, { headers, method })
    for (const key of ['crm', 'template'] as const) {
      for (const answer of [
        await sign(watcher, key, corpid),
        await ask(`/api/suites/${ids[key]}/access-token`),
        await ask(`/api/corps/${corpid}/access-token?suite=${key}`),
        await ask(`/api/corps/${corpid}/jsapi-ticket?suite=${key}`),
        await ask(`/api/corps/${corpid}/admins?suite=${key}`),
        await ask(`/api/corps/${corpid}/recheck?suite=${key}`, 'POST'),
      ]) {
        expect([answer.status, (await jsonOf(answer)).detail]).toEqual([
          503,
          expect.stringContaining(`"${key}" only observes`),
        ])
      }
    }
    expect((await ask('/api/suites/template/authorization-url?state=s')).status).toBe(503)
    expect((await sign(watcher, 'hr', corpid)).status).toBe(200)
    await watcher.clock.stride(24 * 60 * minuteMs)
    expect(callsOf(scene, ids.crm)).toBe(0)
    expect(callsOf(scene, ids.template)).toBe(0)
    expect(callsOf(scene, ids.hr)).toBeGreaterThan(0)
  })

  test('takes over when its settings are read again, with the installs of the last ten minutes', async () => {
    const { scene, ids, corpids, observed } = await watchingCrm()
    const { pusher } = scene.simulator
    await pusher.install(ids.crm, corpids[0]!)
    await scene.clock.advance(11 * minuteMs)
    await pusher.pushTicket(ids.crm)
    await pusher.install(ids.crm, corpids[1]!)
    await scene.clock.advance(minuteMs)
    expect(await statusOf(scene, ids.crm, 'create_auth')).toBe('pending')
    observed.delete('crm')
    const serving = await scene.reload()
    await serving.clock.advance(seconds)
    expect(await statusOf(serving, ids.crm, 'create_auth')).toBe('done')
    expect((await sign(serving, 'crm', corpids[1]!)).status).toBe(200)
    expect((await sign(serving, 'crm', corpids[0]!)).status).toBe(404)
    expect((await serving.ask('/api/status')).waiting).toEqual([])
  })
})
