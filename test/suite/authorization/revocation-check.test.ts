import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene } from '../../scene'
import {
  callsAbout,
  corpTokenPath,
  eventsOf,
  leaveWithoutNotice,
  needToken,
  refuse,
  statusOf,
  suiteTokenPath,
  suspicionsOf,
  usedScene,
} from './refused-corp'

/** For tests through whole days: thousands of rounds of what goes on in the background. */
const longMs = 30 * secondMs

describe('a single refusal', () => {
  test.each([40084, 48004, 301007, 2000002])(
    '(%i) makes a company suspected, no more',
    async (errcode) => {
      const { scene, corpid } = await usedScene()
      refuse(scene, corpid, errcode)
      await needToken(scene, corpid)
      await scene.clock.advance(45 * secondMs)
      expect(suspicionsOf(scene)).toBe(1)
      expect(await statusOf(scene, corpid)).toBe('authorized')
      expect(scene.calls(corpTokenPath)).toBe(1)
    },
  )

  test('that WeCom takes back at the confirmation changes nothing', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid, 48004, 1)
    await needToken(scene, corpid)
    await scene.clock.advance(2 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await eventsOf(scene, 'suited.corp_invalid')).toEqual([])
    expect(await eventsOf(scene, 'suited.corp_restored')).toEqual([])
    expect(scene.calls(corpTokenPath)).toBe(2)
  })

  test('is held against nobody while WeCom can’t be asked again', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid, 48004, 1)
    await needToken(scene, corpid)
    scene.simulator.faults.add({ path: corpTokenPath, reset: true })
    await scene.clock.advance(10 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    scene.simulator.faults.clear()
    await scene.clock.advance(2 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('lets no ticket be renewed ahead: those at hand serve on', async () => {
    // The token's renewal is due, and refused, before that of the tickets.
    const lifetimesSeconds = { access_token: 6600 }
    const scene = await createScene({ simulator: { lifetimesSeconds } })
    const corpid = await scene.installed()
    for (const type of ['config', 'agent_config'] as const) await scene.sign(corpid, type)
    refuse(scene, corpid)
    scene.simulator.calls.clear()
    // Without a fresh ticket of the suite's nothing can be confirmed.
    await scene.clock.advance(106 * minuteMs)
    expect(suspicionsOf(scene)).toBe(1)
    expect(callsAbout(scene, corpid)).toBe(1)
    expect((await scene.sign(corpid)).status).toBe(200)
  })
})

describe('a refusal that WeCom confirms', () => {
  test('makes the company invalid, with the reason', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    const confirmedAt = scene.clock.now() + minuteMs
    await scene.clock.advance(75 * secondMs)
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown).toMatchObject({
      status: 'invalid',
      statusReason: expect.stringContaining('48004'),
    })
    expect(shown.statusAt).toBeGreaterThanOrEqual(confirmedAt)
    const refused = await scene.ask(`/api/corps/${corpid}/access-token`)
    expect(refused).toMatchObject({ status: 404, code: 'corp_not_authorized' })
    expect(refused.reason).toContain('invalid since')
    expect(refused.reason).toContain('48004')
  })

  test('is entered once into the company’s history', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    await scene.clock.advance(hourMs)
    const entries = await eventsOf(scene, 'suited.corp_invalid')
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ corpid, source: 'suited', status: 'done' })
    expect(entries[0].payload.reason).toContain('48004')
  })

  test('was asked for with a suite token of after the suspicion', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    await scene.clock.advance(75 * secondMs)
    const paths = scene.simulator.calls.list().map(({ path }) => path)
    expect(paths).toEqual([corpTokenPath, suiteTokenPath, corpTokenPath])
  })

  test(
    'costs two calls, and none for the rest of the day',
    async () => {
      const { scene, corpid } = await usedScene()
      refuse(scene, corpid)
      for (let n = 0; n < 5; n++) await needToken(scene, corpid)
      await scene.clock.advance(2 * minuteMs)
      for (let hour = 0; hour < 23; hour++) {
        await needToken(scene, corpid)
        await scene.sign(corpid)
        await scene.clock.stride(hourMs)
      }
      expect(callsAbout(scene, corpid)).toBe(2)
    },
    longMs,
  )

  test(
    'of a company that left without notice costs three calls in all, whoever asks for it',
    async () => {
      const { scene, corpid } = await usedScene()
      await leaveWithoutNotice(scene, corpid)
      for (let minute = 0; minute < 23 * 60; minute += 5) {
        await scene.sign(corpid)
        await scene.sign(corpid, 'agent_config')
        await scene.clock.stride(5 * minuteMs)
      }
      expect(await statusOf(scene, corpid)).toBe('invalid')
      expect(callsAbout(scene, corpid)).toBeLessThanOrEqual(3)
    },
    longMs,
  )

  test('costs three calls in all where a ticket was fetched first', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    scene.simulator.calls.clear()
    await leaveWithoutNotice(scene, corpid)
    for (const type of ['config', 'agent_config'] as const) await scene.sign(corpid, type)
    expect(callsAbout(scene, corpid)).toBe(2)
    await scene.clock.advance(2 * minuteMs)
    for (const type of ['config', 'agent_config'] as const) await scene.sign(corpid, type)
    expect(await statusOf(scene, corpid)).toBe('invalid')
    expect(callsAbout(scene, corpid)).toBe(3)
  })

  test('after a change_auth costs three calls in all as well', async () => {
    const { scene, corpid } = await usedScene()
    await leaveWithoutNotice(scene, corpid)
    await scene.simulator.pusher.pushEvent('change_auth', { corpid })
    await scene.clock.advance(hourMs)
    expect(await statusOf(scene, corpid)).toBe('invalid')
    expect(callsAbout(scene, corpid)).toBeLessThanOrEqual(3)
    expect((await eventsOf(scene, 'change_auth'))[0].status).toBe('done')
  })

  test('after a restart in between is confirmed by the next process, at two calls in all', async () => {
    const { scene, corpid } = await usedScene()
    refuse(scene, corpid)
    await needToken(scene, corpid)
    await scene.clock.advance(30 * secondMs)
    const next = await scene.restart()
    await next.clock.advance(45 * secondMs)
    expect(await statusOf(next, corpid)).toBe('invalid')
    expect(callsAbout(next, corpid)).toBe(2)
  })
})
