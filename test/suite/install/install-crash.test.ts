import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import { createFaultyDrivers, hanging, unavailable } from '../faulty-drivers'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'
/** A process that dies holds its claims for this long, unless the driver voids them. */
const claimMs = 5 * minuteMs

const installEvent = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]

describe('an install interrupted by a crash', () => {
  test('after its code was stored is finished without another exchange', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.eventLog.settle = hanging
    const corpid = await scene.installed()
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.permanentCode).not.toBeNull()
    expect((await installEvent(scene)).status).toBe('pending')
    instead.eventLog = {}
    const again = await scene.restart()
    await again.clock.advance(claimMs)
    expect(await installEvent(again)).toMatchObject({ status: 'done', corpid })
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('before its details were read is finished without another exchange', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', hang: true })
    const corpid = await scene.installed()
    const again = await scene.restart()
    scene.simulator.faults.clear()
    await again.clock.advance(claimMs)
    expect(await installEvent(again)).toMatchObject({ status: 'done', corpid })
    expect(await again.ask(`/api/corps/${corpid}`)).toMatchObject({ agentid: 1000002 })
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('before its exchange is exchanged after the restart', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: exchangePath, hang: true })
    const corpid = await scene.installed()
    const again = await scene.restart()
    scene.simulator.faults.clear()
    await again.clock.advance(claimMs)
    expect(await installEvent(again)).toMatchObject({ status: 'done', corpid })
  })

  test('right behind the answer to WeCom is begun after the restart', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.eventLog.claim = hanging
    const corpid = await scene.installed()
    expect(scene.calls(exchangePath)).toBe(0)
    instead.eventLog = {}
    const again = await scene.restart()
    await again.settle()
    expect(await installEvent(again)).toMatchObject({ status: 'done', corpid })
  })
})

describe('an install while the store can’t be written', () => {
  test('keeps the code that its exchange returned and stores it as soon as it can', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.changeCorp = unavailable
    const corpid = await scene.installed()
    expect(scene.calls(exchangePath)).toBe(1)
    await scene.clock.advance(minuteMs)
    instead.store = {}
    await scene.clock.advance(15 * secondMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('is not given up for it when the ten minutes of its auth_code are over', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.changeCorp = unavailable
    const corpid = await scene.installed()
    await scene.clock.advance(15 * minuteMs)
    instead.store = {}
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(minuteMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid })
  })

  test('is finished although the outcome could not be written at first', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.eventLog.settle = unavailable
    const corpid = await scene.installed()
    instead.eventLog = {}
    await scene.clock.advance(claimMs)
    expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid })
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('has tokens from memory when these can’t be stored', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.saveToken = unavailable
    const corpid = await scene.installed()
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls('/cgi-bin/get_jsapi_ticket')).toBe(1)
  })
})
