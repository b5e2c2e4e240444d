import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import { installedThrice, threeSuites } from '../../suite/three-suites'
import { checkUrl, memberMessage, push } from '../wecom/sealed-callback'

const firstDay = (env: Record<string, string> = {}) =>
  createScene({
    env: {
      SUITED_PUBLIC_URL: 'https://gw.example.com',
      WECOM_SUITE_ID: '',
      WECOM_SUITE_SECRET: '',
      WECOM_PROVIDER_CORPID: '',
      ...env,
    },
  })

const done = async (scene: Scene): Promise<string[]> =>
  (await scene.ask('/api/setup')).items
    .filter(({ status }: { status: string }) => status === 'done')
    .map(({ field, suite }: { field: string; suite: string | null }) =>
      suite === null || suite === 'default' ? field : `${field} ${suite}`,
    )

const awaitedCodes = async (scene: Scene): Promise<string[]> =>
  (await scene.ask('/readyz')).waiting.map(({ code }: { code: string }) => code)

describe('a first set-up', () => {
  test('is ticked step by step, as WeCom shows that things work', async () => {
    const scene = await firstDay()
    expect(await done(scene)).toEqual([])

    await checkUrl(scene, { path: '/callback/system' })
    expect(await done(scene)).toEqual(['系统事件接收URL'])

    await checkUrl(scene, { path: '/callback/data/$CORPID$' })
    expect(await done(scene)).toEqual(['系统事件接收URL', '数据回调URL'])

    await checkUrl(scene, { path: '/callback/command' })
    expect(await done(scene)).toEqual(['系统事件接收URL', '数据回调URL', '指令回调URL'])

    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const { suiteSecret } = scene.simulator.world.suites.get(scene.suiteId)!
    const entered = await scene.restart({
      WECOM_SUITE_ID: scene.suiteId,
      WECOM_SUITE_SECRET: suiteSecret,
      WECOM_PROVIDER_CORPID: scene.simulator.world.provider.corpid,
    })
    await entered.settle()
    expect(await done(entered)).toEqual([
      '系统事件接收URL',
      '数据回调URL',
      '指令回调URL',
      'IP白名单',
    ])
  })

  test('awaits less with each step, and nothing in the end', async () => {
    const scene = await firstDay()
    const { suiteId } = scene
    expect(await awaitedCodes(scene)).toEqual(['suite_id'])
    await checkUrl(scene)
    expect(await awaitedCodes(scene)).toEqual(['provider_corpid', 'suite_id'])
    const { corpid } = scene.simulator.world.provider
    const withId = await scene.restart({ WECOM_SUITE_ID: suiteId, WECOM_PROVIDER_CORPID: corpid })
    expect(await awaitedCodes(withId)).toEqual(['suite_secret', 'suite_ticket'])
    const { suiteSecret } = scene.simulator.world.suites.get(suiteId)!
    const withSecret = await withId.restart({ WECOM_SUITE_SECRET: suiteSecret })
    expect(await awaitedCodes(withSecret)).toEqual(['suite_ticket'])
    await withSecret.simulator.pusher.pushTicket(suiteId)
    await withSecret.settle()
    expect(await awaitedCodes(withSecret)).toEqual([])
  })

  test('without any app awaits the first one, and says with what it begins', async () => {
    const { systemToken, systemEncodingAesKey } = {
      systemToken: 'TheSystemToken',
      systemEncodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    }
    const scene = await createScene({
      file: () => ({
        provider: {
          system_token: systemToken,
          system_encoding_aes_key: systemEncodingAesKey,
        },
      }),
    })
    expect(await awaitedCodes(scene)).toEqual(['suite'])
    const [{ cure }] = (await scene.ask('/api/status')).waiting
    expect(cure).toContain('suited keygen')
    expect(cure).toContain('WECOM_TOKEN')
    expect((await scene.request('/readyz?for=signing')).status).toBe(503)
    expect((await scene.request('/readyz')).status).toBe(200)
  })

  test('of several suites is told where to enter each one’s id: in its table of the file', async () => {
    const scene = await createScene({
      simulator: { suites: [{}, {}] },
      file: ({ world }) => ({
        suites: [...world.suites.values()].map(({ token, encodingAesKey }, n) => ({
          key: ['crm', 'hr'][n],
          token,
          encoding_aes_key: encodingAesKey,
        })),
      }),
    })
    scene.simulator.world.suites.get(scene.suiteId)!.commandUrl =
      'http://localhost/suites/crm/callback/command'
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const { waiting } = await scene.ask('/api/status')
    const cures = waiting.map(({ cure }: { cure: string }) => cure)
    expect(cures[0]).toContain(`enter id = "${scene.suiteId}" in the [[suites]] table of "crm".`)
    expect(cures[1]).toContain('enter its SuiteID as id in the [[suites]] table of "hr".')
    expect(cures.join(' ')).not.toContain('WECOM_SUITE_ID')
  })
})

describe('可信域名', () => {
  const itemOf = async (scene: Scene) =>
    (await scene.ask('/api/setup')).items.find(
      ({ field }: { field: string }) => field === '可信域名',
    )

  test('is awaited until the file is there that WeCom asks our host for', async () => {
    expect(await itemOf(await firstDay())).toMatchObject({
      value: expect.stringContaining('gw.example.com'),
      status: 'awaited',
    })
    const scene = await createScene({
      env: { SUITED_PUBLIC_URL: 'https://gw.example.com' },
      domainFiles: { 'WW_verify_a1.txt': 'a1' },
    })
    expect(await itemOf(scene)).toMatchObject({
      status: 'optional',
      detail: expect.stringContaining('WW_verify_a1.txt'),
    })
  })
})

describe('what WeCom has reached', () => {
  test('stays ticked over a restart, though a check leaves no event', async () => {
    const scene = await firstDay()
    for (const path of ['/callback/system', '/callback/data', '/callback/command']) {
      await checkUrl(scene, { path })
      await checkUrl(scene, { path })
    }
    await scene.settle()
    const before = await done(scene)
    expect(before).toHaveLength(3)
    const next = await scene.restart()
    expect(await done(next)).toEqual(before)
    await checkUrl(next, { path: '/callback/data' })
    await next.settle()
    expect((await next.ask('/api/events?type=suited.url_checked')).items).toHaveLength(3)
  })

  test('is known from what it pushed as well', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const receiveId = scene.corpids[0]!
    await push(scene, { path: '/callback/data', message: memberMessage(scene), receiveId })
    await scene.settle()
    const next = await scene.restart()
    expect(await done(next)).toEqual(['数据回调URL', '指令回调URL', 'IP白名单'])
  })

  test('is not what somebody else sent', async () => {
    const scene = await createScene()
    await checkUrl(scene, { token: 'AWrongToken' })
    await checkUrl(scene, { receiveId: 'wwother' })
    await scene.request('/callback/command')
    await push(scene, { path: '/callback/data', token: 'AWrongToken' })
    expect(await done(scene)).toEqual([])
  })

  test('is ticked for each suite by itself', async () => {
    const { scene, ids } = await threeSuites()
    await scene.simulator.pusher.pushTicket(ids.hr)
    await scene.settle()
    expect(await done(scene)).toEqual(['指令回调URL hr', 'IP白名单'])
  })
})

describe('the data URL of one company of a template', () => {
  const template = async () => {
    const { scene, ids, corpids } = await installedThrice({
      env: { SUITED_PUBLIC_URL: 'https://gw.example.com' },
    })
    const [corpid = '', other = ''] = corpids
    const { token, encodingAesKey } = scene.simulator.world.suites.get(ids.template)!
    const path = `/suites/template/corps/${corpid}/callback`
    return { scene, corpid, other, sealed: { token, encodingAesKey, path } }
  }

  const shown = async (scene: Scene): Promise<Record<string, string>> => {
    const { items } = await scene.ask('/api/setup')
    const own = items.filter(
      ({ field, suite }: { field: string; suite: string }) =>
        field === '数据回调URL' && suite === 'template',
    )
    return Object.fromEntries(
      own.map(({ value, status }: { value: string; status: string }) => [
        new URL(value).pathname.split('/')[4],
        status,
      ]),
    )
  }

  test('is ticked by a check, for that company alone and over a restart', async () => {
    const { scene, corpid, other, sealed } = await template()
    expect(await shown(scene)).toMatchObject({ [corpid]: 'awaited', [other]: 'awaited' })
    for (const _ of [1, 2]) {
      expect((await checkUrl(scene, sealed)).status).toBe(200)
      await scene.settle()
    }
    expect(await shown(scene)).toMatchObject({ [corpid]: 'done', [other]: 'awaited' })
    const next = await scene.restart()
    expect(await shown(next)).toMatchObject({ [corpid]: 'done', [other]: 'awaited' })
    const noted = await next.ask('/api/events?type=suited.corp_url_checked')
    expect(noted.items).toMatchObject([{ corpid }])
  })

  test('is ticked by a message, over a restart too', async () => {
    const { scene, corpid, other, sealed } = await template()
    const message = memberMessage(scene, { ToUserName: corpid })
    await push(scene, { ...sealed, message, receiveId: corpid })
    expect(await shown(await scene.restart())).toMatchObject({
      [corpid]: 'done',
      [other]: 'awaited',
    })
  })
})

describe('an address that WeCom refuses', () => {
  test('is named, to be entered in the list; ticked once WeCom takes it', async () => {
    const scene = await createScene()
    scene.simulator.world.provider.allowedIps = ['198.51.100.1']
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    const item = async () => (await scene.ask('/api/setup')).items.at(-1)
    expect(await item()).toMatchObject({
      field: 'IP白名单',
      value: '203.0.113.7',
      status: 'awaited',
      detail: expect.stringContaining('IP白名单'),
    })
    expect(await awaitedCodes(scene)).toEqual(['ip_not_allowed'])
    scene.simulator.world.provider.allowedIps = ['203.0.113.*']
    await scene.clock.advance(hourMs / 4)
    await scene.sign(scene.corpids[0]!)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    expect(await item()).toMatchObject({ status: 'done' })
    expect(await awaitedCodes(scene)).toEqual([])
  })
})
