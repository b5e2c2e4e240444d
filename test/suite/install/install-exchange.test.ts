import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene, type SceneOptions } from '../../scene'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

const install = (scene: Scene) => scene.simulator.pusher.install(scene.suiteId, scene.corpids[0]!)

const installEvent = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]

/** A suite with its token, about to get an install that meets a fault. */
const readyScene = async (options: SceneOptions = {}) => {
  const scene = await createScene(options)
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  return scene
}

describe('the exchange of an auth_code', () => {
  test('is repeated after 2, 4, 8 and then every 15 seconds', async () => {
    const scene = await readyScene()
    scene.simulator.faults.add({ path: exchangePath, errcode: 60020 })
    await install(scene)
    await scene.clock.advance(minuteMs)
    const at = scene.simulator.calls.list({ path: exchangePath }).map((call) => call.at)
    expect(at.slice(1).map((time, n) => (time - at[n]!) / secondMs)).toEqual([2, 4, 8, 15, 15, 15])
  })

  test('goes on through three minutes of 60020, and succeeds once the IP is on the list', async () => {
    const scene = await readyScene()
    scene.simulator.world.provider.allowedIps = ['192.0.2.1']
    await install(scene)
    await scene.clock.advance(3 * minuteMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'pending', corpid: null })
    expect((await installEvent(scene)).lastError).toContain('60020')
    scene.simulator.world.provider.allowedIps = null
    await scene.clock.advance(15 * secondMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid: scene.corpids[0] })
  })

  test('succeeds after a wrong suite secret was mended and suited restarted', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_SECRET: 'mistyped' } })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await install(scene)
    await scene.clock.advance(3 * minuteMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'pending' })
    const { suiteSecret } = scene.simulator.world.suites.get(scene.suiteId)!
    const mended = await scene.restart({ WECOM_SUITE_SECRET: suiteSecret })
    await mended.clock.advance(15 * secondMs)
    expect(await installEvent(mended)).toMatchObject({ status: 'done', corpid: scene.corpids[0] })
  })

  test('asks with a wrong suite secret once for each ticket, however often it is repeated', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_SECRET: 'mistyped' } })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await install(scene)
    await scene.clock.advance(8 * minuteMs)
    expect(scene.calls('*')).toBe(1)
  })

  test('waits for the first ticket and happens at once when it comes', async () => {
    const scene = await createScene()
    await install(scene)
    await scene.clock.advance(4 * minuteMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'pending' })
    expect(scene.calls('*')).toBe(0)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    expect(await installEvent(scene)).toMatchObject({ status: 'done' })
  })

  test('that a refused ticket holds up happens at once when the next one comes', async () => {
    const scene = await createScene()
    const fault = scene.simulator.faults.add({
      path: '/cgi-bin/service/get_suite_token',
      errcode: 40085,
    })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await install(scene)
    await scene.clock.advance(5 * minuteMs + 7 * secondMs)
    scene.simulator.faults.remove(fault.id)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    expect(await installEvent(scene)).toMatchObject({ status: 'done' })
  })

  test.each([
    ['WeCom is busy', { errcode: -1 }],
    ['the answer is no JSON', { garbage: 'not_json' }],
    ['the connection breaks', { reset: true }],
    ['WeCom hangs', { hang: true }],
    ['the errcode is new to us', { errcode: 999999 }],
  ] as const)('survives that %s for some minutes', async (_, fault) => {
    const scene = await readyScene()
    scene.simulator.faults.add({ path: exchangePath, ...fault })
    await install(scene)
    await scene.clock.advance(5 * minuteMs)
    scene.simulator.faults.clear()
    await scene.clock.advance(40 * secondMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid: scene.corpids[0] })
  })

  test('ends dead when WeCom calls the code used or unknown (40078), with what to do', async () => {
    const scene = await readyScene()
    scene.simulator.faults.add({ path: exchangePath, errcode: 40078, times: 1 })
    await install(scene)
    await scene.clock.advance(10 * minuteMs)
    const { status, lastError } = await installEvent(scene)
    expect(status).toBe('dead')
    expect(lastError).toContain('install the app again')
    expect(scene.calls(exchangePath)).toBe(1)
    expect(scene.logs).toContainEqual(expect.objectContaining({ level: 'error' }))
  })

  test('ends dead when its ten minutes are over, with the last reason', async () => {
    const scene = await readyScene()
    scene.simulator.faults.add({ path: exchangePath, errcode: 60020 })
    await install(scene)
    await scene.clock.advance(10 * minuteMs - secondMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'pending' })
    await scene.clock.advance(15 * secondMs)
    const { status, lastError } = await installEvent(scene)
    expect(status).toBe('dead')
    expect(lastError).toContain('60020')
    const calls = scene.calls(exchangePath)
    expect(calls).toBeLessThan(50)
    await scene.clock.advance(30 * minuteMs)
    expect(scene.calls(exchangePath)).toBe(calls)
    expect((await scene.ask('/api/status')).warnings[0]).toContain('dead')
  })

  test('that ended dead can be tried again by hand', async () => {
    const scene = await readyScene()
    scene.simulator.faults.add({ path: exchangePath, errcode: 40078, times: 1 })
    await install(scene)
    await scene.settle()
    const { id, status } = await installEvent(scene)
    expect(status).toBe('dead')
    await scene.ask(`/api/events/${id}/retry`, { method: 'POST' })
    await scene.settle()
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid: scene.corpids[0] })
  })

  test('names the IP that WeCom refuses among what is awaited', async () => {
    const scene = await createScene()
    scene.simulator.world.provider.allowedIps = ['192.0.2.1']
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    const { waiting } = await scene.ask('/api/status')
    expect(waiting).toMatchObject([{ code: 'ip_not_allowed' }])
    expect(waiting[0].cure).toContain('203.0.113.7')
  })
})
