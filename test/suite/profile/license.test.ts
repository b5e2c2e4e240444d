import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene, startAt } from '../../scene'
import { eventsOf } from '../authorization/refused-corp'
import { answersAt, createProviderScene, licensePath, providerTokenPath } from '../provider-scene'

/** For tests through whole days: thousands of rounds of what goes on in the background. */
const longMs = 30 * secondMs

const shown = (scene: Scene, corpid: string) => scene.ask(`/api/corps/${corpid}`)

const openedUnlicensed = async (scene: Scene, corpid: string) => {
  await scene.simulator.pusher.pushEvent('event.unlicensed_notify', { corpid })
  await scene.settle()
  await scene.clock.advance(secondMs)
}

describe('a company’s licence', () => {
  test('is read with the install', async () => {
    const trialEnds = Math.floor(startAt / secondMs) + 90 * 86_400
    const between = answersAt(licensePath, () => ({
      license_status: 1,
      license_check_time: trialEnds + 60,
      trail_info: { start_time: trialEnds - 90 * 86_400, end_time: trialEnds },
    }))
    const scene = await createProviderScene({ between })
    const corpid = await scene.installed()
    expect((await shown(scene, corpid)).license).toEqual({
      status: 1,
      trialEndsAt: trialEnds * secondMs,
      enforcedFrom: (trialEnds + 60) * secondMs,
      checkedAt: startAt,
    })
  })

  test('has no dates where WeCom names none', async () => {
    const between = answersAt(licensePath, () => ({
      license_status: 0,
      license_check_time: undefined,
      trail_info: undefined,
    }))
    const scene = await createProviderScene({ between })
    const corpid = await scene.installed()
    expect((await shown(scene, corpid)).license).toMatchObject({
      status: 0,
      trialEndsAt: null,
      enforcedFrom: null,
    })
  })

  test(
    'is read every day, and follows what WeCom says',
    async () => {
      let status = 0
      const between = answersAt(licensePath, () => ({ license_status: status }))
      const scene = await createProviderScene({ between })
      const corpid = await scene.installed()
      scene.simulator.pusher.startTickets()
      for (let day = 1; day <= 2; day++) {
        status = day
        await scene.clock.stride(dayMs + 10 * minuteMs)
        const { license } = await shown(scene, corpid)
        expect(license.status).toBe(day)
        expect(scene.clock.now() - license.checkedAt).toBeLessThan(dayMs + 2 * minuteMs)
      }
      expect(scene.calls(licensePath)).toBeLessThanOrEqual(5)
    },
    longMs,
  )

  test(
    'is not asked for without the provider’s secret',
    async () => {
      const scene = await createScene()
      const corpid = await scene.installed()
      await scene.clock.stride(dayMs)
      expect(await shown(scene, corpid)).not.toHaveProperty('license')
      expect(scene.calls(licensePath)).toBe(0)
      expect(scene.calls(providerTokenPath)).toBe(0)
    },
    longMs,
  )

  test(
    'is not asked for once the company has left',
    async () => {
      const scene = await createProviderScene()
      const corpid = await scene.installed()
      await scene.clock.advance(10 * minuteMs)
      await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
      await scene.settle()
      scene.simulator.calls.clear()
      await scene.clock.stride(dayMs)
      expect(scene.calls(licensePath)).toBe(0)
    },
    longMs,
  )

  test(
    'that can’t be read costs nothing but an hourly try',
    async () => {
      const scene = await createProviderScene()
      scene.simulator.faults.add({ path: licensePath, errcode: 48002 })
      const corpid = await scene.installed()
      expect((await scene.sign(corpid)).status).toBe(200)
      scene.simulator.pusher.startTickets()
      await scene.clock.stride(6 * hourMs)
      expect(scene.calls(licensePath)).toBeLessThanOrEqual(8)
      scene.simulator.faults.clear()
      await scene.clock.stride(2 * hourMs)
      expect((await shown(scene, corpid)).license.status).toBe(1)
    },
    longMs,
  )

  test('survives a change of what the company grants, and a reinstallation', async () => {
    const scene = await createProviderScene()
    const corpid = await scene.installed()
    const { license } = await shown(scene, corpid)
    scene.simulator.faults.add({ path: licensePath, errcode: 45009 })
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid)
    await scene.clock.advance(minuteMs)
    await scene.installed(corpid)
    expect((await shown(scene, corpid)).license).toEqual(license)
  })
})

describe('a member who opens the app without a licence', () => {
  test('is counted for the company', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    expect(await shown(scene, corpid)).not.toHaveProperty('unlicensed')
    for (let n = 1; n <= 3; n++) await openedUnlicensed(scene, corpid)
    const lastAt = scene.clock.now() - secondMs
    expect((await shown(scene, corpid)).unlicensed).toEqual({ notices: 3, lastAt })
    expect((await eventsOf(scene, 'event.unlicensed_notify')).length).toBe(3)
  })

  test('is counted once, though the push comes three times', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const fields = { CreateTime: 1_700_000_000 }
    for (let n = 0; n < 3; n++) {
      await scene.simulator.pusher.pushEvent('event.unlicensed_notify', { corpid, fields })
    }
    await scene.settle()
    expect((await shown(scene, corpid)).unlicensed.notices).toBe(1)
  })

  test('is counted once, though the work on it is done twice', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const { settle } = scene.eventLog
    let crash = true
    scene.eventLog.settle = (...given) => (crash ? new Promise(() => undefined) : settle(...given))
    await openedUnlicensed(scene, corpid)
    crash = false
    const next = await scene.restart()
    await next.clock.advance(10 * minuteMs)
    expect((await eventsOf(next, 'event.unlicensed_notify'))[0]).toMatchObject({ status: 'done' })
    expect((await shown(next, corpid)).unlicensed.notices).toBe(1)
  })

  test('of a company that nobody knows is nobody’s', async () => {
    const scene = await createScene()
    await openedUnlicensed(scene, 'wpNever')
    expect((await scene.ask('/api/corps')).items).toEqual([])
    expect((await eventsOf(scene, 'event.unlicensed_notify'))[0].status).toBe('done')
  })
})

describe('what WeCom refuses', () => {
  test('is counted by its number, the most frequent first', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const ticketPath = '/cgi-bin/get_jsapi_ticket'
    scene.simulator.faults.add({ path: ticketPath, errcode: 701099, times: 1 })
    scene.simulator.faults.add({ path: ticketPath, errcode: 701008, times: 2 })
    for (let n = 0; n < 3; n++) {
      expect((await scene.sign(corpid)).status).toBe(502)
      await scene.clock.advance(hourMs / 2)
      await scene.simulator.pusher.pushTicket(scene.suiteId)
    }
    const { refusals } = await scene.ask('/api/status')
    expect(refusals).toEqual([
      { errcode: 701008, count: 2, lastAt: startAt + hourMs, meaning: expect.any(String) },
      { errcode: 701099, count: 1, lastAt: startAt, meaning: expect.any(String) },
    ])
  })
})
