import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import { command, push } from '../../http/wecom/sealed-callback'
import { createScene, jsonOf, type Scene } from '../../scene'

const megabyte = 2 ** 20
const least = 100
const plenty = 1000

/** A push says what time it is, and a ticket is no event. */
const confirmClock = (scene: Scene) =>
  push(scene, { message: command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'a-ticket' }) })

/** A scene on a disk with as many megabytes free as the test says. */
const sceneOnDisk = async (env: Readonly<Record<string, string>> = {}) => {
  const disk = { free: plenty as number | null }
  const scene = await createScene({
    freeBytes: async () => (disk.free === null ? null : disk.free * megabyte),
    env: { SUITED_MIN_FREE_MB: String(least), SUITED_EVENT_RETENTION_DAYS: '90', ...env },
  })
  /** Until the disk was looked at again, with the clock confirmed. */
  const look = async () => {
    await confirmClock(scene)
    await scene.clock.advance(minuteMs)
  }
  return { scene, disk, look }
}

const happened = async (scene: Scene, event: string) => {
  expect((await push(scene, { message: command(scene, { EventName: event }) })).status).toBe(200)
}

const kept = async (scene: Scene): Promise<string[]> =>
  (await scene.ask('/api/events?limit=200')).items
    .map(({ payload }: { payload: { EventName?: string } }) => payload.EventName)
    .filter(Boolean)
    .toReversed()

/** Settled events of the age of three weeks, three days, three hours and of now. */
const withHistory = async (scene: Scene, status: 'done' | 'dead' = 'done') => {
  const ages = { weeks: 21 * dayMs, days: 3 * dayMs, hours: 3 * hourMs, now: 0 }
  for (const [name, ageMs] of Object.entries(ages)) {
    await scene.eventLog.append({
      id: `of ${name}`,
      identity: name,
      suiteId: scene.suiteId,
      corpid: null,
      source: 'command',
      type: 'corp_arch_auth',
      receivedAt: scene.clock.now() - ageMs,
      body: command(scene, { EventName: name }),
      status,
      lastError: status === 'dead' ? 'it failed' : null,
      dispatchAt: null,
    })
  }
}

describe('as the disk fills up', () => {
  test('what is held for a paused endpoint is told before room is short', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const now = scene.clock.now()
    await scene.eventLog.append({
      id: 'held',
      identity: 'held',
      suiteId: scene.suiteId,
      corpid: null,
      source: 'command',
      type: 'corp_arch_auth',
      receivedAt: now,
      body: command(scene, { EventName: 'held' }),
      status: 'done',
      lastError: null,
      dispatchAt: now,
    })
    const endpoints = [{ name: 'crm', ordered: false, dueAt: now }]
    await scene.eventLog.dispatch([{ id: 'held', body: '{}', endpoints }], now)
    await scene.eventLog.setEndpointStatus('crm', 'paused', 'by hand', scene.clock.now())
    disk.free = 4 * least - 1
    await look()
    expect((await scene.ask('/api/status')).warnings.join()).toMatch(
      /1 event is held for endpoint crm since/,
    )
  })

  test('with plenty of room nothing goes and nothing is said', async () => {
    const { scene, look } = await sceneOnDisk()
    await withHistory(scene)
    await look()
    expect(await kept(scene)).toEqual(['weeks', 'days', 'hours', 'now'])
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })

  test.each([
    ['just below twice the least those of the last day', 2 * least - 1, ['hours', 'now']],
    ['at the least those of the last day', least, ['hours', 'now']],
    ['just below the least those of the last hour', least - 1, ['now']],
    ['with nothing left those of the last hour', 0, ['now']],
  ])('if nothing gives room, of the done events there stay %s', async (_, free, left) => {
    const { scene, disk, look } = await sceneOnDisk()
    await withHistory(scene)
    disk.free = free
    await look()
    expect(await kept(scene)).toEqual(left)
  })

  test('dead events stay, whatever their age', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    await withHistory(scene, 'dead')
    disk.free = 0
    await look()
    expect(await kept(scene)).toEqual(['weeks', 'days', 'hours', 'now'])
  })

  test('that events are given up is said in the status until there is room again', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const warnings = async (): Promise<string[]> => (await scene.ask('/api/status')).warnings
    await withHistory(scene)
    disk.free = 2 * least - 1
    await look()
    expect(await warnings()).toEqual([expect.stringContaining(' 2 done events ')])
    disk.free = least - 1
    await look()
    expect(await warnings()).toEqual([
      expect.stringContaining('nearly full'),
      expect.stringContaining(' 3 done events '),
    ])
    disk.free = 2 * least
    await look()
    expect(await warnings()).toEqual([])
  })

  test('where nothing has to go the status says nothing below twice the least', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    disk.free = 2 * least - 1
    await look()
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })

  test('while the disk stays short the log says it once a day, though events go each minute', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const said = () =>
      scene.logs.filter(({ message }) => message.startsWith('the disk fills up')).length
    const before = said()
    const yesterday = async () => {
      const { clock, eventLog } = scene
      const receivedAt = clock.now() - dayMs
      await eventLog.append({
        id: `of ${receivedAt}`,
        identity: String(receivedAt),
        suiteId: scene.suiteId,
        corpid: null,
        source: 'command',
        type: 'corp_arch_auth',
        receivedAt,
        body: command(scene),
        status: 'done',
        lastError: null,
        dispatchAt: null,
      })
      await look()
    }
    disk.free = least
    for (let n = 0; n < 3; n++) await yesterday()
    expect((await scene.eventLog.counts()).done).toBe(0)
    expect(said()).toBe(before + 1)
  })

  test.each([
    [1, ['days', 'hours', 'now']],
    [2, ['hours', 'now']],
  ])('no more of them go than it takes: room after step %i', async (steps, left) => {
    let looks = 0
    let full = false
    const scene = await createScene({
      freeBytes: async () => {
        if (!full) return plenty * megabyte
        looks += 1
        return (looks > steps ? plenty : least - 1) * megabyte
      },
      env: { SUITED_MIN_FREE_MB: String(least), SUITED_EVENT_RETENTION_DAYS: '90' },
    })
    await withHistory(scene)
    await confirmClock(scene)
    full = true
    await scene.clock.advance(minuteMs)
    expect(await kept(scene)).toEqual(left)
  })

  test('nothing goes while the clock isn’t confirmed: by one that is ahead all would be old', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    await withHistory(scene)
    disk.free = 0
    await scene.clock.advance(minuteMs)
    expect(await kept(scene)).toEqual(['weeks', 'days', 'hours', 'now'])
    await look()
    expect(await kept(scene)).toEqual(['now'])
  })

  test('an event that is still to be worked on stays', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const [corpid] = scene.corpids
    await scene.simulator.pusher.install(scene.suiteId, corpid!)
    disk.free = least
    await look()
    const { items } = await scene.ask('/api/events?type=create_auth')
    expect(items.map(({ status }: { status: string }) => status)).toEqual(['pending'])
  })

  test('what went is still known when it is pushed again', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const message = command(scene, { EventName: 'once' })
    await push(scene, { message })
    await scene.clock.advance(hourMs)
    disk.free = 0
    await look()
    expect(await kept(scene)).toEqual([])
    disk.free = plenty
    await look()
    expect((await push(scene, { message, nonce: 'another' })).status).toBe(200)
    expect(await kept(scene)).toEqual([])
  })

  test('below the least the operator is warned, once in the log, and callbacks are taken', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    disk.free = least - 1
    for (let n = 0; n < 3; n++) await look()
    expect((await scene.ask('/api/status')).warnings).toHaveLength(1)
    expect(scene.logs.filter(({ level }) => level === 'error')).toHaveLength(1)
    await happened(scene, 'taken')
    expect((await scene.request('/readyz')).status).toBe(200)
  })

  test('far below it every callback is answered 503, and /readyz says why', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    disk.free = least / 4 - 1
    await look()
    const messages = [
      command(scene),
      command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'ticket' }),
      command(scene, { InfoType: 'create_auth', AuthCode: 'code' }),
    ]
    for (const message of messages) {
      const answer = await push(scene, { message })
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await jsonOf(answer)).code).toBe('store_unavailable')
    }
    const ready = await scene.request('/readyz')
    expect([ready.status, (await jsonOf(ready)).code]).toEqual([503, 'store_unavailable'])
  })

  test('pages are signed all the same', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    const corpid = await scene.installed()
    disk.free = 0
    await look()
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('when there is room again callbacks are taken by themselves and nothing is said any more', async () => {
    const { scene, disk, look } = await sceneOnDisk()
    disk.free = 0
    await look()
    expect((await push(scene, { message: command(scene) })).status).toBe(503)
    disk.free = plenty
    await look()
    await happened(scene, 'taken')
    expect((await scene.request('/readyz')).status).toBe(200)
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })

  test.each([
    ['it is turned off', '0', 0],
    ['nobody can tell how much room there is', String(least), null],
  ])('nothing of this happens where %s', async (_, setting, free) => {
    const { scene, disk, look } = await sceneOnDisk({ SUITED_MIN_FREE_MB: setting })
    await withHistory(scene)
    disk.free = free
    await look()
    expect(await kept(scene)).toEqual(['weeks', 'days', 'hours', 'now'])
    await happened(scene, 'taken')
  })
})
