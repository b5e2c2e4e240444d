import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { eventIdentity } from '../../../src/events/event-identity'
import { command, push } from '../../http/wecom/sealed-callback'
import { adminToken, createScene, jsonOf, type Scene } from '../../scene'

const observing = { SUITED_OBSERVE: '1' }
const seconds = 1000

/** A suited that watched while a company installed the app with the other back-end. */
const watched = async () => {
  const scene = await createScene({ env: observing })
  const corpid = await scene.installed()
  return { scene, corpid }
}

const statusOf = async (scene: Scene, type: string) =>
  (await scene.ask(`/api/events?type=${type}`)).items[0]?.status

describe('a suited that observes', () => {
  test('keeps tickets and events, and calls WeCom for nothing, whatever comes', async () => {
    const { scene, corpid } = await watched()
    const { pusher } = scene.simulator
    await pusher.message(scene.suiteId, corpid, { text: 'hello' })
    await pusher.changeAuth(scene.suiteId, corpid, { authMode: 1 })
    for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
      await pusher.pushTicket(scene.suiteId)
      await scene.clock.stride(10 * minuteMs)
    }
    await pusher.uninstall(scene.suiteId, corpid)
    await scene.clock.advance(60 * minuteMs)
    expect(scene.calls('/*')).toBe(0)
    const { suites, events } = await scene.ask('/api/status')
    expect(suites[0].ticketAgeSeconds).toBe(70 * 60)
    expect(events).toMatchObject({ pending: 0, dead: 0 })
    for (const type of ['create_auth', 'change_auth', 'cancel_auth', 'text']) {
      expect(await statusOf(scene, type)).toBe('done')
    }
  })

  test('reads a message again at the operator’s wish, and is no worse off if it still can’t', async () => {
    const scene = await createScene({ env: observing })
    await push(scene, { message: '<xml><AuthCode' })
    const [unread] = (await scene.ask('/api/events?status=dead')).items
    await scene.ask(`/api/events/${unread.id}/retry`, { method: 'POST' })
    await scene.clock.advance(20 * minuteMs)
    expect(await scene.ask(`/api/events/${unread.id}`)).toMatchObject({
      type: 'unparsed',
      status: 'dead',
      lastError: 'not_xml',
    })
  })

  test.each([
    ['suite_ticket', { SuiteTicket: 'the-ticket' }, 'unparsed'],
    ['cancel_auth', { AuthCorpId: 'wpGone' }, 'cancel_auth'],
  ])('reads a %s again that can be read at last', async (InfoType, elements, type) => {
    const scene = await createScene({ env: observing })
    const id = '0198f1f0-8a00-7000-8000-000000000001'
    const body = command(scene, { InfoType, ...elements })
    const { suiteId, clock } = scene
    const from = { suiteId, corpid: null, source: 'command', type: 'unparsed' } as const
    const state = { status: 'dead', lastError: 'not_xml', dispatchAt: null } as const
    await scene.eventLog.append({
      ...from,
      ...state,
      id,
      identity: eventIdentity(suiteId, body),
      receivedAt: clock.now(),
      body,
    })
    await scene.ask(`/api/events/${id}/retry`, { method: 'POST' })
    await clock.advance(20 * minuteMs)
    expect(await scene.ask(`/api/events/${id}`)).toMatchObject({ type, status: 'done' })
    const ticket = (await scene.store.loadSuite(suiteId))?.ticket?.value
    expect(ticket).toBe(InfoType === 'suite_ticket' ? 'the-ticket' : undefined)
    expect(scene.calls('/*')).toBe(0)
  })

  test('signs nothing and hands out no token', async () => {
    const { scene, corpid } = await watched()
    const headers = { authorization: `Bearer ${adminToken}` }
    const answers = await Promise.all([
      scene.sign(corpid),
      scene.sign(corpid, 'agent_config'),
      ...[`/api/corps/${corpid}/access-token`, `/api/suites/${scene.suiteId}/access-token`].map(
        (path) => scene.request(path, { headers }),
      ),
    ])
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(await jsonOf(answer)).toMatchObject({ code: 'suite_not_configured' })
    }
    expect(scene.calls('/*')).toBe(0)
  })

  test('hands out nothing either that it had before', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    expect((await scene.sign(corpid)).status).toBe(200)
    const watcher = await scene.restart(observing)
    scene.simulator.calls.clear()
    expect((await watcher.sign(corpid)).status).toBe(503)
    const headers = { authorization: `Bearer ${adminToken}` }
    for (const path of [`/api/corps/${corpid}/access-token`, `/api/corps/${corpid}/admins`]) {
      expect((await watcher.request(path, { headers })).status).toBe(503)
    }
    const recheck = { method: 'POST', headers }
    expect((await watcher.request(`/api/corps/${corpid}/recheck`, recheck)).status).toBe(503)
    expect((await watcher.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    await watcher.clock.stride(24 * 60 * minuteMs)
    expect(scene.calls('/*')).toBe(0)
  })

  test('says so first of all that is awaited, and that nobody signs', async () => {
    const { scene } = await watched()
    const { waiting } = await scene.ask('/api/status')
    expect(waiting[0]).toMatchObject({ code: 'observing' })
    expect((await scene.request('/readyz')).status).toBe(200)
    expect((await scene.request('/readyz?for=signing')).status).toBe(503)
  })

  test('imports no company, for WeCom can’t be asked', async () => {
    const { scene, corpid } = await watched()
    const response = await scene.request('/api/import', {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ corpid, permanentCode: 'code' }),
    })
    expect(await response.text()).toContain('"code":"suite_not_configured"')
    expect(scene.calls('/*')).toBe(0)
  })
})

describe('events with work to do', () => {
  test('wait for as long as an auth_code lives, and are then the other one’s', async () => {
    const { scene } = await watched()
    await scene.clock.advance(9 * minuteMs)
    expect(await statusOf(scene, 'create_auth')).toBe('pending')
    await scene.clock.advance(2 * minuteMs)
    expect(await statusOf(scene, 'create_auth')).toBe('done')
    expect((await scene.ask('/api/events?type=create_auth')).items[0].corpid).toBeNull()
  })

  test('are the other one’s also if the settings were read again meanwhile', async () => {
    const { scene } = await watched()
    await scene.clock.advance(5 * minuteMs)
    const reloaded = await scene.reload()
    await reloaded.clock.advance(6 * minuteMs)
    expect(await statusOf(reloaded, 'create_auth')).toBe('done')
  })

  test('of the last ten minutes are worked on by a suited that takes over', async () => {
    const { scene, corpid } = await watched()
    await scene.clock.advance(5 * minuteMs)
    const serving = await scene.restart({ SUITED_OBSERVE: '0' })
    await serving.clock.advance(seconds)
    expect(await statusOf(serving, 'create_auth')).toBe('done')
    expect((await serving.sign(corpid)).status).toBe(200)
  })

  test('of longer ago are not tried by a suited that takes over', async () => {
    const { scene } = await watched()
    await scene.clock.advance(20 * minuteMs)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const serving = await scene.restart({ SUITED_OBSERVE: '0' })
    await serving.clock.advance(minuteMs)
    expect(serving.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(0)
    expect((await serving.ask('/api/status')).events.dead).toBe(0)
  })

  test('that were pending before it began to observe stay pending', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: 60020 })
    const corpid = await scene.installed()
    await scene.clock.advance(seconds)
    const watcher = await scene.restart(observing)
    await watcher.clock.advance(60 * minuteMs)
    expect(await statusOf(watcher, 'create_auth')).toBe('pending')
    scene.simulator.faults.clear()
    const serving = await watcher.restart({ SUITED_OBSERVE: '0' })
    await serving.clock.advance(10 * minuteMs)
    expect(await statusOf(serving, 'create_auth')).toBe('done')
    expect((await serving.ask(`/api/corps/${corpid}`)).agentid).not.toBeNull()
  })
})
