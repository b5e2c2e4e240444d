import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { adminToken, createScene, type Scene } from '../../scene'
import { createFaultyDrivers, unavailable } from '../faulty-drivers'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

const installEvent = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]

/** Exchanged while the company's document can't be written. */
const heldScene = async (faults: { log?: boolean } = {}) => {
  const { drivers, instead } = createFaultyDrivers()
  const scene = await createScene({ drivers })
  instead.store.changeCorp = unavailable
  if (faults.log) instead.eventLog.savePendingSecret = unavailable
  const corpid = await scene.installed()
  expect(scene.calls(exchangePath)).toBe(1)
  return { scene, instead, corpid, suiteId: scene.suiteId }
}

const expectLanded = async (scene: Scene, corpid: string) => {
  expect(await installEvent(scene)).toMatchObject({ status: 'done', corpid })
  expect((await scene.sign(corpid)).status).toBe(200)
  expect(scene.calls(exchangePath)).toBe(1)
  const { items } = await scene.eventLog.list({ limit: 200 })
  expect(items.filter(({ pendingSecret }) => pendingSecret !== null)).toEqual([])
}

describe('a permanent code whose company’s document can’t be written', () => {
  test('outlives a restart, and lands when the document can be written', async () => {
    const { scene, instead, corpid } = await heldScene()
    const again = await scene.restart()
    await again.clock.advance(minuteMs)
    expect((await installEvent(again)).status).toBe('pending')
    instead.store = {}
    await again.clock.advance(15 * secondMs)
    await expectLanded(again, corpid)
  })

  test('waits longer than an auth_code lives, over restarts, and its install is not dead', async () => {
    const { scene, instead, corpid } = await heldScene()
    await scene.clock.advance(20 * minuteMs)
    const again = await scene.restart()
    await again.clock.advance(hourMs)
    expect((await installEvent(again)).status).toBe('pending')
    instead.store = {}
    await again.simulator.pusher.pushTicket(again.suiteId)
    await again.clock.advance(minuteMs)
    await expectLanded(again, corpid)
  })

  test('says why it waits, in its event and once in the log with what to do', async () => {
    const { scene, corpid } = await heldScene()
    await scene.clock.advance(hourMs)
    const event = await installEvent(scene)
    expect(event).toMatchObject({ status: 'pending', corpid })
    expect(event.lastError).toContain('The disk is full.')
    const told = scene.logs.filter(({ level, corpid: of }) => level === 'error' && of === corpid)
    expect(told).toMatchObject([{ eventId: event.id, kept: 'beside its event' }])
    expect(told[0]?.cure).toBeString()
  })

  test('is shown nowhere', async () => {
    const { scene } = await heldScene()
    const [event] = (await scene.eventLog.list({ types: ['create_auth'], limit: 1 })).items
    const { permanentCode } = JSON.parse(event!.pendingSecret!)
    expect(permanentCode.length).toBeGreaterThan(9)
    const shown = [
      await scene.ask('/api/events'),
      await scene.ask(`/api/events/${event!.id}`),
      await (
        await scene.request('/api/export', { headers: { authorization: `Bearer ${adminToken}` } })
      ).text(),
      scene.logs,
    ]
    expect(JSON.stringify(shown)).not.toContain(permanentCode)
  })

  test('is in memory while its event can’t be written either, and put there as soon as it can', async () => {
    const { scene, instead, corpid } = await heldScene({ log: true })
    expect(scene.logs.filter(({ kept }) => kept === 'in memory')).toHaveLength(1)
    instead.eventLog = {}
    await scene.clock.advance(15 * secondMs)
    expect(scene.logs.filter(({ kept }) => kept === 'beside its event')).toHaveLength(1)
    const again = await scene.restart()
    instead.store = {}
    await again.clock.advance(5 * minuteMs)
    await expectLanded(again, corpid)
  })

  test('is named in a warning for as long as it is in memory alone', async () => {
    const { scene, instead, corpid } = await heldScene({ log: true })
    const warnings = async (): Promise<string[]> =>
      (await scene.ask('/api/status')).warnings.filter((text: string) => text.includes(corpid))
    expect(await warnings()).toHaveLength(1)
    instead.eventLog = {}
    await scene.clock.advance(15 * secondMs)
    expect(await warnings()).toEqual([])
  })

  test('stays in memory over settings that are read again, and is not exchanged again', async () => {
    const { scene, instead, corpid } = await heldScene({ log: true })
    const reloaded = await scene.reload()
    await reloaded.clock.advance(20 * minuteMs)
    instead.store = {}
    await reloaded.clock.advance(15 * secondMs)
    await expectLanded(reloaded, corpid)
    expect(scene.logs.filter(({ kept }) => kept === 'in memory')).toHaveLength(1)
  })

  test('lands soon after settings were read again, though the log could not take the outcome', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.changeCorp = unavailable
    instead.eventLog = { savePendingSecret: unavailable, settle: unavailable }
    const corpid = await scene.installed()
    const reloaded = await (await scene.reload()).reload()
    instead.eventLog = {}
    instead.store = {}
    await reloaded.clock.advance(15 * secondMs)
    await expectLanded(reloaded, corpid)
  })

  test('does not stay beside its event once it landed, though the work on that goes on', async () => {
    const { scene, instead, corpid } = await heldScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: -1 })
    instead.store = {}
    await scene.clock.advance(15 * secondMs)
    const [event] = (await scene.eventLog.list({ types: ['create_auth'], limit: 1 })).items
    expect(event).toMatchObject({ status: 'pending', corpid, pendingSecret: null })
  })

  test('goes from beside its event later, where that could not be written as it landed', async () => {
    const { scene, instead } = await heldScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: -1 })
    instead.store = {}
    instead.eventLog.savePendingSecret = unavailable
    await scene.clock.advance(15 * secondMs)
    const install = async () =>
      (await scene.eventLog.list({ types: ['create_auth'], limit: 1 })).items[0]
    expect((await install())?.pendingSecret).toBeString()
    instead.eventLog = {}
    await scene.clock.advance(15 * minuteMs)
    expect(await install()).toMatchObject({ status: 'pending', pendingSecret: null })
  })

  test('of a company that left meanwhile is erased after it landed out of memory', async () => {
    const { scene, instead, corpid, suiteId } = await heldScene({ log: true })
    await scene.simulator.pusher.uninstall(suiteId, corpid)
    await scene.clock.advance(5 * minuteMs)
    instead.store = {}
    await scene.clock.advance(minuteMs)
    expect(await scene.store.loadCorp(suiteId, corpid)).toMatchObject({
      status: 'cancelled',
      permanentCode: null,
    })
  })

  test('lands out of memory, whichever place can be written first', async () => {
    const { scene, instead, corpid } = await heldScene({ log: true })
    await scene.clock.advance(hourMs)
    instead.store = {}
    await scene.clock.advance(15 * secondMs)
    await expectLanded(scene, corpid)
  })

  test('does not bring back a company that left after it landed', async () => {
    const { scene, instead, corpid, suiteId } = await heldScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', errcode: -1 })
    instead.store = {}
    await scene.clock.advance(20 * minuteMs)
    expect((await scene.store.loadCorp(suiteId, corpid))?.status).toBe('authorized')
    scene.simulator.faults.clear()
    await scene.simulator.pusher.uninstall(suiteId, corpid)
    await scene.clock.advance(hourMs)
    const record = await scene.store.loadCorp(suiteId, corpid)
    expect(record).toMatchObject({ status: 'cancelled', permanentCode: null })
    expect((await scene.ask('/api/events?status=pending')).items).toEqual([])
    const { items } = await scene.eventLog.list({ limit: 200 })
    expect(items.filter(({ pendingSecret }) => pendingSecret !== null)).toEqual([])
  })

  test('that can’t be read any more is not exchanged again', async () => {
    const { scene, instead } = await heldScene()
    const [event] = (await scene.eventLog.list({ types: ['create_auth'], limit: 1 })).items
    await scene.eventLog.savePendingSecret(event!.id, '{"of":"another version"}', null)
    const again = await scene.restart()
    instead.store = {}
    await again.clock.advance(hourMs)
    expect((await installEvent(again)).status).toBe('pending')
    expect(scene.calls(exchangePath)).toBe(1)
  })
})

describe('an auth_code', () => {
  const begun = async (options: { readonly log: boolean }) => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store = { checkWritable: unavailable, changeCorp: unavailable }
    if (!options.log)
      instead.eventLog = { checkWritable: unavailable, savePendingSecret: unavailable }
    const corpid = await scene.installed()
    return { scene, instead, corpid }
  }

  test('is exchanged while at least the event log can be written', async () => {
    const { scene } = await begun({ log: true })
    expect(scene.calls(exchangePath)).toBe(1)
  })

  test('waits while nothing can be written, and is exchanged as soon as something can', async () => {
    const { scene, instead, corpid } = await begun({ log: false })
    await scene.clock.advance(8 * minuteMs)
    expect(scene.calls(exchangePath)).toBe(0)
    expect(await installEvent(scene)).toMatchObject({ status: 'pending', corpid: null })
    instead.store = {}
    await scene.clock.advance(15 * secondMs)
    await expectLanded(scene, corpid)
  })

  test('waits no longer than to its last minute: the code is then in memory', async () => {
    const { scene, instead, corpid } = await begun({ log: false })
    await scene.clock.advance(9 * minuteMs - secondMs)
    expect(scene.calls(exchangePath)).toBe(0)
    await scene.clock.advance(minuteMs)
    expect(scene.calls(exchangePath)).toBe(1)
    await scene.clock.advance(hourMs)
    instead.store = {}
    await scene.clock.advance(15 * secondMs)
    await expectLanded(scene, corpid)
  })
})
