import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'
import {
  callsAbout,
  corpTokenPath,
  eventsOf,
  leaveWithoutNotice,
  needToken,
  refuse,
  statusOf,
} from './refused-corp'

/**
 * Most of a long time at a stroke, for nothing of it is looked at, and its last half hour round by
 * round: there WeCom pushes its ticket as ever.
 */
const pass = async ({ clock }: Scene, ms: number): Promise<void> => {
  await clock.leap(ms - 30 * minuteMs)
  await clock.advance(30 * minuteMs)
}

/** A company that WeCom refuses, and that suited took note of. */
const awayScene = async (errcode: number) => {
  const scene = await createScene()
  const corpid = await scene.installed()
  scene.simulator.pusher.startTickets()
  await scene.clock.advance(10 * minuteMs)
  refuse(scene, corpid, errcode)
  await needToken(scene, corpid)
  await scene.clock.advance(75 * secondMs)
  scene.simulator.calls.clear()
  return { scene, corpid }
}

const invalidScene = () => awayScene(48004)
const suspendedScene = () => awayScene(50003)

const message = ({ simulator, suiteId }: Scene, corpid: string) =>
  simulator.pusher.message(suiteId, corpid, { text: 'hello' })

describe('a company that is invalid', () => {
  test('is rechecked a day later, and once a day from then on', async () => {
    const { scene, corpid } = await invalidScene()
    await pass(scene, dayMs - 2 * minuteMs)
    expect(callsAbout(scene, corpid)).toBe(0)
    await scene.clock.advance(3 * minuteMs)
    expect(callsAbout(scene, corpid)).toBe(1)
    await pass(scene, dayMs)
    expect(callsAbout(scene, corpid)).toBe(2)
    expect(await statusOf(scene, corpid)).toBe('invalid')
    expect(await eventsOf(scene, 'suited.corp_invalid')).toHaveLength(1)
  })

  test('keeps its day over restarts', async () => {
    const { scene, corpid } = await invalidScene()
    for (let n = 0; n < 4; n++) {
      await pass(scene, 5 * hourMs)
      await scene.restart()
    }
    await pass(scene, dayMs - 20 * hourMs)
    expect(callsAbout(scene, corpid)).toBe(1)
  })

  test('that is served again is authorised again, and its history says so', async () => {
    const { scene, corpid } = await invalidScene()
    scene.simulator.faults.clear()
    await pass(scene, dayMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await eventsOf(scene, 'suited.corp_restored')).toMatchObject([{ corpid }])
  })

  test('is rechecked within a minute of its next message', async () => {
    const { scene, corpid } = await invalidScene()
    scene.simulator.faults.clear()
    await message(scene, corpid)
    await scene.clock.advance(minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })

  test('is rechecked every ten minutes at most, however much it sends', async () => {
    const { scene, corpid } = await invalidScene()
    for (let half = 0; half < 120; half++) {
      await message(scene, corpid)
      await scene.clock.advance(30 * secondMs)
    }
    expect(callsAbout(scene, corpid)).toBeGreaterThanOrEqual(5)
    expect(callsAbout(scene, corpid)).toBeLessThanOrEqual(7)
  })

  test('is not rechecked because of another company’s messages', async () => {
    const { scene, corpid } = await invalidScene()
    await message(scene, scene.corpids[1]!)
    await scene.clock.advance(hourMs)
    expect(callsAbout(scene, corpid)).toBe(0)
  })

  test('comes back by installing the app again', async () => {
    const { scene, corpid } = await invalidScene()
    scene.simulator.faults.clear()
    await scene.simulator.pusher.install(scene.suiteId, corpid)
    await scene.settle()
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown).toMatchObject({ status: 'authorized', statusReason: null })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await eventsOf(scene, 'suited.corp_authorized'))[0]).toMatchObject({
      corpid,
      payload: { by: 'create_auth' },
    })
  })
})

describe('a company that switched the app off', () => {
  test.each([50003, 48006])('(%i) is suspended at once, with the reason', async (errcode) => {
    const scene = await createScene()
    const corpid = await scene.installed()
    refuse(scene, corpid, errcode)
    await needToken(scene, corpid)
    await scene.settle()
    const refused = await scene.ask(`/api/corps/${corpid}/access-token`)
    expect(refused).toMatchObject({ status: 404, code: 'corp_not_authorized' })
    expect(refused.reason).toContain('suspended since')
    expect(refused.reason).toContain(String(errcode))
    expect(await eventsOf(scene, 'suited.corp_suspended')).toMatchObject([{ corpid }])
  })

  test('is suspended as well if WeCom refuses its JS-SDK ticket', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { status: 'disabled' })
    expect((await scene.sign(corpid)).status).toBe(502)
    await scene.settle()
    expect(await statusOf(scene, corpid)).toBe('suspended')
  })

  test('is rechecked hourly and costs nothing in between', async () => {
    const { scene, corpid } = await suspendedScene()
    await scene.clock.advance(50 * minuteMs)
    for (let n = 0; n < 10; n++) await needToken(scene, corpid)
    expect(callsAbout(scene, corpid)).toBe(0)
    await scene.clock.advance(10 * minuteMs)
    expect(callsAbout(scene, corpid)).toBe(1)
    for (let hour = 0; hour < 5; hour++) await pass(scene, hourMs)
    expect(callsAbout(scene, corpid)).toBe(6)
  })

  test('is back within the hour after it switched the app on again', async () => {
    const { scene, corpid } = await suspendedScene()
    scene.simulator.faults.clear()
    await scene.clock.advance(hourMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await eventsOf(scene, 'suited.corp_restored')).toMatchObject([{ corpid }])
  })

  test('stays suspended while it gets tokens that open nothing', async () => {
    const { scene, corpid } = await suspendedScene()
    scene.simulator.faults.clear()
    scene.simulator.faults.add({ path: '/cgi-bin/get_jsapi_ticket', corpid, errcode: 50003 })
    await scene.clock.stride(3 * hourMs)
    expect(await statusOf(scene, corpid)).toBe('suspended')
    expect(await eventsOf(scene, 'suited.corp_restored')).toEqual([])
  })

  test('that is gone meanwhile is revoked only after a confirmation', async () => {
    const { scene, corpid } = await suspendedScene()
    scene.simulator.faults.clear()
    refuse(scene, corpid, 40084)
    const confirmed = async () => (await statusOf(scene, corpid)) === 'invalid'
    await scene.clock.advance(59 * minuteMs)
    expect(await confirmed()).toBe(false)
    await scene.clock.advance(2 * minuteMs)
    expect(await confirmed()).toBe(true)
    expect(scene.calls(corpTokenPath)).toBe(2)
    await pass(scene, 23 * hourMs)
    expect(scene.calls(corpTokenPath)).toBe(2)
  })

  test('has a full hour each time that it switches the app off', async () => {
    const { scene, corpid } = await suspendedScene()
    scene.simulator.faults.clear()
    await scene.clock.advance(90 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    refuse(scene, corpid, 50003)
    await needToken(scene, corpid)
    await scene.settle()
    scene.simulator.calls.clear()
    await scene.clock.advance(50 * minuteMs)
    expect(callsAbout(scene, corpid)).toBe(0)
  })

  test('that left without notice while it was not served is found out', async () => {
    const { scene, corpid } = await suspendedScene()
    scene.simulator.faults.clear()
    await leaveWithoutNotice(scene, corpid)
    await scene.clock.stride(2 * hourMs)
    expect(await statusOf(scene, corpid)).toBe('invalid')
  })
})
