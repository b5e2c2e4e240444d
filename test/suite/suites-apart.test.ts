import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../src/clock'
import { jsonOf, pageUrl, type Scene } from '../scene'
import { corpTokenPath, eventsOf } from './authorization/refused-corp'
import { installedThrice, type Key, keys, threeSuites } from './three-suites'

const installationOf = ({ simulator }: Scene, suiteId: string, corpid: string) =>
  simulator.world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!

const signAt = (scene: Scene, path: string, corpid: string, type = 'config') =>
  scene.request(`${path}?${new URLSearchParams({ corpid, url: pageUrl, type })}`)

const statuses = async ({ scene, ids }: Awaited<ReturnType<typeof threeSuites>>, corpid: string) =>
  Object.fromEntries(
    await Promise.all(
      keys.map(async (key) => [key, (await scene.store.loadCorp(ids[key], corpid))?.status]),
    ),
  )

describe('companies with all three apps of a provider', () => {
  test('have a code, an agentid and a token of their own in each', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const seen = new Set<string>()
    for (const corpid of corpids) {
      for (const key of keys) {
        const suiteId = ids[key]
        const { permanentCode, agentid } = installationOf(scene, suiteId, corpid)
        const record = (await scene.store.loadCorp(suiteId, corpid))!
        expect(record).toMatchObject({ suiteId, corpid, permanentCode, agentid })
        const token = await scene.ask(`/api/corps/${corpid}/access-token?suite=${key}`)
        const credential = scene.simulator.world.credentials.byValue.get(token.accessToken)
        expect(credential).toMatchObject({ kind: 'access_token', suiteId, corpid })
        seen.add(permanentCode).add(token.accessToken)
      }
    }
    expect(seen.size).toBe(2 * 3 * corpids.length)
  })

  test('cost each suite its own calls, none of which WeCom refuses', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const { calls } = scene.simulator
    for (const suiteId of Object.values(ids)) {
      expect(calls.count({ suiteId, path: '/cgi-bin/service/get_suite_token' })).toBe(1)
      for (const path of ['v2/get_permanent_code', 'v2/get_auth_info']) {
        expect(calls.count({ suiteId, path: `/cgi-bin/service/${path}` })).toBe(corpids.length)
      }
    }
    expect(calls.count({ suiteId: ids.template, path: corpTokenPath })).toBe(0)
    expect(calls.count({ path: '/cgi-bin/gettoken' })).toBe(corpids.length)
    expect(calls.count()).toBe(calls.count({ errcode: 0 }))
  })

  test('sign under the app that the path names, and under no other', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const paths: [string, Key][] = [
      ['/sign', 'crm'],
      ...keys.flatMap((key): [string, Key][] => [
        [`/suites/${key}/sign`, key],
        [`/suites/${ids[key]}/sign`, key],
      ]),
    ]
    for (const [path, key] of paths) {
      const answer = await jsonOf(await signAt(scene, path, corpids[0]!, 'agent_config'))
      for (const other of keys) {
        const page = { suiteId: ids[other], type: 'agent_config', url: pageUrl, ...answer } as const
        expect(scene.simulator.acceptsSignature(page).ok).toBe(other === key)
      }
    }
  })

  test('are listed, counted and told of by suite', async () => {
    const { scene, ids, corpids } = await installedThrice()
    expect((await scene.ask('/api/corps')).items).toHaveLength(3 * corpids.length)
    const { suites } = await scene.ask('/api/status')
    for (const [n, key] of keys.entries()) {
      const suiteId = ids[key]
      for (const name of [key, suiteId]) {
        const { items } = await scene.ask(`/api/corps?suite=${name}`)
        expect(items).toHaveLength(corpids.length)
        expect(items.every((item: { suiteId: string }) => item.suiteId === suiteId)).toBe(true)
      }
      const kind = key === 'template' ? 'customised' : 'app'
      expect(suites[n]).toMatchObject({ key, suiteId, kind, corps: { authorized: 3 } })
      const events = (await scene.ask(`/api/events?suite=${key}&limit=200`)).items
      expect(events.length).toBeGreaterThan(0)
      expect(events.every((event: { suiteId: string }) => event.suiteId === suiteId)).toBe(true)
    }
  })

  test('have a history with each app, without the others’', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const [corpid = ''] = corpids
    await scene.simulator.pusher.changeAuth(ids.hr, corpid, { authMode: 1 })
    await scene.settle()
    const typesIn = async (key: Key) =>
      (await scene.ask(`/api/corps/${corpid}/timeline?suite=${key}`)).items.map(
        ({ type }: { type: string }) => type,
      )
    const installed = ['suited.corp_authorized', 'create_auth']
    expect(await typesIn('crm')).toEqual(installed)
    expect(await typesIn('template')).toEqual(installed)
    expect(await typesIn('hr')).toEqual(['suited.corp_changed', 'change_auth', ...installed])
  })

  test('leave one app and stay in the others', async () => {
    const three = await installedThrice()
    const { scene, ids, corpids } = three
    const [corpid = ''] = corpids
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(ids.hr, corpid)
    await scene.settle()
    expect(await statuses(three, corpid)).toEqual({
      crm: 'authorized',
      hr: 'cancelled',
      template: 'authorized',
    })
    expect((await signAt(scene, '/suites/hr/sign', corpid)).status).toBe(404)
    for (const key of ['crm', 'template']) {
      expect((await signAt(scene, `/suites/${key}/sign`, corpid)).status).toBe(200)
      expect((await scene.ask(`/api/events?suite=${key}&type=create_auth`)).items).toHaveLength(3)
    }
  })

  test('are suspected with one app and served in the others', async () => {
    const three = await installedThrice()
    const { scene, ids, corpids } = three
    const [corpid = ''] = corpids
    scene.simulator.faults.add({ path: corpTokenPath, suiteId: ids.crm, corpid, errcode: 48004 })
    await scene.ask(`/api/corps/${corpid}/recheck?suite=crm`, { method: 'POST' })
    expect(await statuses(three, corpid)).toEqual({
      crm: 'invalid',
      hr: 'authorized',
      template: 'authorized',
    })
    expect(await eventsOf(scene, 'suited.corp_invalid')).toMatchObject([{ suiteId: ids.crm }])
  })

  test('of which too many are refused in one suite: the other’s are judged by themselves', async () => {
    const three = await installedThrice()
    const { scene, ids, corpids } = three
    scene.simulator.faults.add({ path: corpTokenPath, errcode: 48004 })
    for (const key of ['crm', 'hr'] as const) {
      for (const corpid of corpids.slice(0, 2)) {
        const path = `/api/corps/${corpid}/access-token?suite=${key}`
        const { accessToken: dead } = await scene.ask(path)
        await scene.ask(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ dead }),
        })
      }
    }
    await scene.clock.advance(75 * secondMs)
    for (const key of ['crm', 'hr'] as const) {
      expect((await scene.store.countCorps(ids[key])).invalid).toBe(2)
    }
    expect(await eventsOf(scene, 'suited.mass_refusal')).toEqual([])
  })
})

describe('the tickets of several suites', () => {
  test('wake and serve their own suite alone', async () => {
    const { scene, ids } = await threeSuites()
    await scene.simulator.pusher.pushTicket(ids.hr)
    await scene.settle()
    expect(scene.simulator.calls.list().map(({ suiteId }) => suiteId)).toEqual([ids.hr])
    const { waiting } = await scene.ask('/api/status')
    const missing = waiting.map(({ detail }: { detail: string }) => detail).join(' ')
    expect(missing).toContain('"crm"')
    expect(missing).toContain('"template"')
    expect(missing).not.toContain('"hr"')
  })

  test('release the provider’s token that was refused', async () => {
    const { scene, ids } = await threeSuites({ env: { WECOM_PROVIDER_SECRET: 'wrong' } })
    const ask = () => scene.ask('/api/provider/access-token')
    for (const _ of [1, 2, 3]) expect(await ask()).toMatchObject({ errcode: 40001 })
    expect(scene.calls('/cgi-bin/service/get_provider_token')).toBe(1)
    scene.simulator.world.provider.secret = 'wrong'
    await scene.simulator.pusher.pushTicket(ids.template)
    await scene.settle()
    expect((await ask()).accessToken).toBeString()
  })
})
