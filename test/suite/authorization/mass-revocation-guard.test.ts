import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Scene } from '../../scene'
import {
  corpTokenPath,
  counted,
  crowd,
  eventsOf,
  needToken,
  refuse,
  statusOf,
} from './refused-corp'

/** So many companies in the app, with WeCom's tickets coming as usual. */
const companies = async (count: number) => {
  const scene = await crowd(count)
  scene.simulator.pusher.startTickets()
  await scene.clock.advance(11 * minuteMs)
  return scene
}

/** WeCom refuses these, and their tokens are asked for. */
const refuseAll = async (scene: Scene, corpids: readonly string[]) => {
  for (const corpid of corpids) {
    refuse(scene, corpid)
    await needToken(scene, corpid)
  }
}

const guardsTold = async (scene: Scene) => ({
  logged: scene.logs.filter(({ level }) => level === 'error').length,
  noted: (await eventsOf(scene, 'suited.mass_refusal')).length,
})

const twenty = () => companies(20)
const hundred = () => companies(100)

describe('of many companies', () => {
  test('six that WeCom refuses at once are all kept, and the guard is told once', async () => {
    const scene = await twenty()
    await refuseAll(scene, scene.corpids.slice(0, 6))
    for (let minute = 0; minute < 60; minute++) {
      await scene.clock.advance(minuteMs)
      expect(await counted(scene)).toMatchObject({ authorized: 20, invalid: 0 })
    }
    expect(await guardsTold(scene)).toEqual({ logged: 1, noted: 1 })
    const [told] = await eventsOf(scene, 'suited.mass_refusal')
    expect(told).toMatchObject({ suiteId: scene.suiteId, corpid: null, payload: { refused: 6 } })
    expect(await eventsOf(scene, 'suited.corp_invalid')).toEqual([])
  })

  test('six that WeCom refuses at once are a warning of the status, until they are settled', async () => {
    const scene = await twenty()
    const warnings = async () => (await scene.ask('/api/status')).warnings
    await refuseAll(scene, scene.corpids.slice(0, 6))
    expect(await warnings()).toEqual([])
    await scene.clock.advance(2 * minuteMs)
    expect(await warnings()).toEqual([expect.stringContaining(`6 companies of ${scene.suiteId}`)])
    scene.simulator.faults.clear()
    await scene.clock.advance(15 * minuteMs)
    expect(await warnings()).toEqual([])
  })

  test('six that WeCom serves again go on as if nothing had been', async () => {
    const scene = await twenty()
    const six = scene.corpids.slice(0, 6)
    await refuseAll(scene, six)
    await scene.clock.advance(5 * minuteMs)
    scene.simulator.faults.clear()
    await scene.clock.advance(10 * minuteMs)
    for (const corpid of six) expect((await scene.sign(corpid)).status).toBe(200)
    scene.simulator.calls.clear()
    await scene.clock.advance(20 * minuteMs)
    expect(scene.calls(corpTokenPath)).toBe(0)
    expect(await guardsTold(scene)).toEqual({ logged: 1, noted: 1 })
  })

  test('six that stay refused cost a call each in ten minutes', async () => {
    const scene = await twenty()
    await refuseAll(scene, scene.corpids.slice(0, 6))
    await scene.clock.advance(5 * minuteMs)
    scene.simulator.calls.clear()
    await scene.clock.advance(50 * minuteMs)
    expect(scene.calls(corpTokenPath)).toBeLessThanOrEqual(6 * 5)
  })

  test('three that WeCom refuses at once become invalid, without the guard', async () => {
    const scene = await twenty()
    const three = scene.corpids.slice(0, 3)
    await refuseAll(scene, three)
    await scene.clock.advance(2 * minuteMs)
    expect(await counted(scene)).toMatchObject({ authorized: 17, invalid: 3 })
    expect(await Promise.all(three.map((corpid) => statusOf(scene, corpid)))).toEqual(
      Array(3).fill('invalid'),
    )
    expect(await guardsTold(scene)).toEqual({ logged: 0, noted: 0 })
  })

  test('five, which are five percent, become invalid', async () => {
    const scene = await hundred()
    await refuseAll(scene, scene.corpids.slice(0, 5))
    await scene.clock.advance(2 * minuteMs)
    expect(await counted(scene)).toMatchObject({ authorized: 95, invalid: 5 })
  })

  test('one each quarter of an hour is revoked, however many that makes', async () => {
    const scene = await hundred()
    for (const corpid of scene.corpids.slice(0, 8)) {
      await refuseAll(scene, [corpid])
      await scene.clock.advance(15 * minuteMs)
    }
    expect(await counted(scene)).toMatchObject({ invalid: 8 })
    expect(await guardsTold(scene)).toEqual({ logged: 0, noted: 0 })
  })
})

describe('refusals that come one after the other within ten minutes', () => {
  test('take those back that were revoked before the guard', async () => {
    const scene = await hundred()
    for (const corpid of scene.corpids.slice(0, 5)) {
      await refuseAll(scene, [corpid])
      await scene.clock.advance(75 * secondMs)
    }
    expect((await counted(scene)).invalid).toBe(5)
    await refuseAll(scene, [scene.corpids[5]!])
    for (let minute = 0; minute < 40; minute++) {
      await scene.clock.advance(75 * secondMs)
      expect((await counted(scene)).invalid).toBe(0)
    }
    expect(await guardsTold(scene)).toEqual({ logged: 1, noted: 1 })
    expect(await eventsOf(scene, 'suited.corp_restored')).toHaveLength(5)
  })

  test('count together over a restart', async () => {
    const scene = await hundred()
    await refuseAll(scene, scene.corpids.slice(0, 4))
    await scene.clock.advance(75 * secondMs)
    expect((await counted(scene)).invalid).toBe(4)
    const next = await scene.restart()
    await refuseAll(next, scene.corpids.slice(4, 6))
    await next.clock.advance(75 * secondMs)
    expect(await counted(next)).toMatchObject({ authorized: 100, invalid: 0 })
    expect((await guardsTold(next)).noted).toBe(1)
  })

  test('don’t undo what an operator decided by a recheck', async () => {
    const scene = await twenty()
    const decided = scene.corpids.slice(0, 6)
    for (const corpid of decided) {
      refuse(scene, corpid)
      await scene.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })
    }
    await refuseAll(scene, [scene.corpids[6]!])
    await scene.clock.advance(75 * secondMs)
    expect(await counted(scene)).toMatchObject({ authorized: 13, invalid: 7 })
    expect(await guardsTold(scene)).toEqual({ logged: 0, noted: 0 })
  })
})

describe('after a mass revocation', () => {
  test('a single refusal is handled like any other again', async () => {
    const scene = await twenty()
    await refuseAll(scene, scene.corpids.slice(0, 6))
    await scene.clock.advance(5 * minuteMs)
    scene.simulator.faults.clear()
    await scene.clock.advance(hourMs)
    const [, , , , , , single] = scene.corpids
    await refuseAll(scene, [single!])
    await scene.clock.advance(2 * minuteMs)
    expect(await statusOf(scene, single!)).toBe('invalid')
    expect(await counted(scene)).toMatchObject({ authorized: 19, invalid: 1 })
  })

  test('the operator settles a single company by a recheck', async () => {
    const scene = await twenty()
    const [first] = scene.corpids
    await refuseAll(scene, scene.corpids.slice(0, 6))
    await scene.clock.advance(5 * minuteMs)
    await scene.ask(`/api/corps/${first}/recheck`, { method: 'POST' })
    await scene.clock.advance(hourMs)
    expect(await statusOf(scene, first!)).toBe('invalid')
  })

  test('a second one, later, is told again', async () => {
    const scene = await twenty()
    await refuseAll(scene, scene.corpids.slice(0, 6))
    await scene.clock.advance(5 * minuteMs)
    scene.simulator.faults.clear()
    await scene.clock.advance(hourMs)
    await refuseAll(scene, scene.corpids.slice(0, 6))
    await scene.clock.advance(hourMs)
    expect(await guardsTold(scene)).toEqual({ logged: 2, noted: 2 })
    expect((await counted(scene)).invalid).toBe(0)
  })
})
