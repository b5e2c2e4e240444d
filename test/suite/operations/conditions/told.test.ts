/** Own events about tickets, renewals and our address, in a whole service. */
import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../../src/clock'
import { createScene, type Scene, startAt } from '../../../scene'
import {
  corpTokenPath,
  crowd,
  eventsOf,
  needToken,
  suiteTokenPath,
} from '../../authorization/refused-corp'

/** What was told of these types, oldest first. */
const told = async (scene: Scene, begins: string, ends: string) => {
  const lists = await Promise.all([eventsOf(scene, begins), eventsOf(scene, ends)])
  return lists.flat().toSorted((a, b) => a.receivedAt - b.receivedAt)
}

const typesOf = (events: { type: string }[]) => events.map(({ type }) => type)

const tickets = (scene: Scene) => told(scene, 'suited.ticket_overdue', 'suited.ticket_back')
const renewals = (scene: Scene) => told(scene, 'suited.renewal_failing', 'suited.renewal_well')
const addresses = (scene: Scene) => told(scene, 'suited.ip_not_allowed', 'suited.ip_allowed')

describe('a suite_ticket', () => {
  test('that does not come is told once, and once that it is back', async () => {
    const scene = await createScene()
    expect(await tickets(scene)).toEqual([])
    await scene.installed()
    await scene.clock.advance(29 * minuteMs)
    expect(await tickets(scene)).toEqual([])
    await scene.clock.stride(2 * hourMs)
    const [overdue, ...others] = await tickets(scene)
    expect(others).toEqual([])
    expect(overdue).toMatchObject({
      type: 'suited.ticket_overdue',
      source: 'suited',
      suiteId: scene.suiteId,
      corpid: null,
      payload: { suite: 'default', since: startAt + 30 * minuteMs, lastTicketAt: startAt },
    })
    expect(overdue.payload.cause).toContain('suite_ticket')
    expect(overdue.payload.cure).toContain('刷新Ticket')

    const backAt = scene.clock.now()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(10 * minuteMs)
    const [, back, ...more] = await tickets(scene)
    expect(more).toEqual([])
    expect(back).toMatchObject({
      type: 'suited.ticket_back',
      payload: { suite: 'default', since: backAt, failingSince: startAt + 30 * minuteMs },
    })
  })

  test('that this process could not take counts as overdue after eleven minutes alone', async () => {
    const scene = await createScene()
    await scene.installed()
    await scene.clock.leap(2 * hourMs)
    const next = await scene.restart()
    await next.clock.advance(10 * minuteMs)
    expect(await tickets(next)).toEqual([])
    await next.clock.advance(2 * minuteMs)
    expect(typesOf(await tickets(next))).toEqual(['suited.ticket_overdue'])
  })

  test('that is overdue is told no second time after a restart, nor after the settings are read again', async () => {
    const scene = await createScene()
    await scene.installed()
    await scene.clock.advance(hourMs)
    const next = await scene.restart()
    await next.clock.advance(20 * minuteMs)
    const reloaded = await next.reload()
    await reloaded.clock.advance(20 * minuteMs)
    await reloaded.simulator.pusher.pushTicket(reloaded.suiteId)
    await reloaded.clock.advance(minuteMs)
    expect(typesOf(await tickets(reloaded))).toEqual([
      'suited.ticket_overdue',
      'suited.ticket_back',
    ])
  })

  test('of a suite that only observes is told of, too', async () => {
    const scene = await createScene({ env: { SUITED_OBSERVE: 'true' } })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(hourMs)
    expect(typesOf(await tickets(scene))).toEqual(['suited.ticket_overdue'])
  })
})

/** A company that uses the app while WeCom pushes its tickets. */
const usedScene = async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  scene.simulator.pusher.startTickets()
  return { scene, corpid }
}

describe('a suite’s token', () => {
  test('that WeCom refuses is told after five minutes, once, and once that it is renewed again', async () => {
    const { scene } = await usedScene()
    const fault = scene.simulator.faults.add({ path: suiteTokenPath, errcode: 48002 })
    scene.simulator.killTokens({ suiteId: scene.suiteId })
    await scene.clock.stride(2 * hourMs)
    const [failing, ...others] = await renewals(scene)
    expect(others).toEqual([])
    expect(failing).toMatchObject({
      type: 'suited.renewal_failing',
      suiteId: scene.suiteId,
      payload: { suite: 'default', token: 'suite', errcode: 48002 },
    })
    expect(failing.receivedAt - failing.payload.since).toBeWithin(5 * minuteMs, 6 * minuteMs)
    expect(failing.payload.cause).toBeString()
    expect(failing.payload.cure).toBeString()

    const next = await scene.restart()
    await next.clock.advance(20 * minuteMs)
    scene.simulator.faults.remove(fault.id)
    await next.clock.advance(30 * minuteMs)
    const [, well, ...more] = await renewals(next)
    expect(more).toEqual([])
    expect(well).toMatchObject({
      type: 'suited.renewal_well',
      payload: { token: 'suite', failingSince: failing.payload.since },
    })
  })

  test('that is refused for a moment is not told of', async () => {
    const { scene, corpid } = await usedScene()
    scene.simulator.faults.add({ path: suiteTokenPath, status: 503 })
    scene.simulator.killTokens({ suiteId: scene.suiteId })
    void needToken(scene, corpid)
    await scene.clock.advance(4 * minuteMs)
    expect(scene.logs.some(({ message }) => message === 'a token could not be fetched')).toBeTrue()
    scene.simulator.faults.clear()
    await scene.clock.advance(20 * minuteMs)
    expect(await renewals(scene)).toEqual([])
  })

  test('shows no secret in what is told of it', async () => {
    const { scene } = await usedScene()
    scene.simulator.faults.add({ path: suiteTokenPath, errcode: 40001 })
    await scene.clock.stride(3 * hourMs)
    const text = JSON.stringify(await renewals(scene))
    expect(text).toContain('40001')
    expect(text).not.toContain(scene.simulator.world.suites.get(scene.suiteId)!.suiteSecret)
  })
})

describe('companies’ tokens', () => {
  test('that WeCom refuses are one event of their suite, however many they are', async () => {
    const scene = await crowd(12)
    scene.simulator.pusher.startTickets()
    scene.simulator.faults.add({ path: corpTokenPath, status: 503 })
    const use = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        for (const corpid of scene.corpids) void needToken(scene, corpid)
        await scene.clock.advance(minuteMs)
      }
    }
    await use(15)
    const [failing, ...others] = await renewals(scene)
    expect(others).toEqual([])
    expect(failing).toMatchObject({
      type: 'suited.renewal_failing',
      corpid: null,
      payload: { suite: 'default', token: 'company', companies: 12, errcode: null },
    })
    expect(failing.payload.corpids).toHaveLength(5)
    scene.simulator.faults.clear()
    await use(5)
    expect(typesOf(await renewals(scene))).toEqual([
      'suited.renewal_failing',
      'suited.renewal_well',
    ])
  })

  test('of a company that has gone are told of by its own events alone', async () => {
    const { scene, corpid } = await usedScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', corpid, errcode: 48004 })
    for (let minute = 0; minute < 30; minute++) {
      await needToken(scene, corpid)
      await scene.clock.advance(minuteMs)
    }
    expect(await renewals(scene)).toEqual([])
  })
})

describe('our address', () => {
  const refusing = async () => {
    const { scene, corpid } = await usedScene()
    scene.simulator.world.provider.allowedIps = ['198.51.100.*']
    await needToken(scene, corpid)
    await scene.clock.advance(minuteMs)
    return { scene, corpid }
  }
  const allow = (scene: Scene) => {
    scene.simulator.world.provider.allowedIps = ['203.0.113.7']
  }

  test('that WeCom refuses is told at once, with what to enter where', async () => {
    const { scene } = await refusing()
    const [refused, ...others] = await addresses(scene)
    expect(others).toEqual([])
    expect(refused).toMatchObject({
      type: 'suited.ip_not_allowed',
      suiteId: null,
      corpid: null,
      payload: { address: '203.0.113.7', errcode: 60020, since: startAt },
    })
    expect(refused.payload.cure).toContain('IP白名单')
  })

  test('is told no second time however long that lasts, and once that it is allowed', async () => {
    const { scene, corpid } = await refusing()
    await scene.clock.advance(hourMs)
    const next = await scene.restart()
    await needToken(next, corpid)
    await next.clock.advance(hourMs)
    expect(typesOf(await addresses(next))).toEqual(['suited.ip_not_allowed'])
    allow(next)
    for (let minute = 0; minute < 5; minute++) {
      await needToken(next, corpid)
      await next.clock.advance(minuteMs)
    }
    expect(typesOf(await addresses(next))).toEqual(['suited.ip_not_allowed', 'suited.ip_allowed'])
  })

  test('that was entered while suited was down is told as allowed by the next process', async () => {
    const { scene, corpid } = await refusing()
    allow(scene)
    const next = await scene.restart()
    await needToken(next, corpid)
    await next.clock.advance(31 * secondMs)
    expect(typesOf(await addresses(next))).toEqual(['suited.ip_not_allowed', 'suited.ip_allowed'])
  })
})
