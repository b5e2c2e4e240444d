import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

const path = '/cgi-bin/service/get_suite_token'
const pushTicket = ({ simulator, suiteId }: Scene) => simulator.pusher.pushTicket(suiteId)

describe('the suite token', () => {
  test('is fetched at once after a ticket, with nobody asking', async () => {
    const scene = await createScene()
    await scene.settle()
    expect(scene.calls(path)).toBe(0)
    await pushTicket(scene)
    await scene.settle()
    expect(scene.calls(path)).toBe(1)
    const { suites } = await scene.ask('/api/status')
    expect(suites[0].accessTokenExpiresAt).toBe(scene.clock.now() + 2 * hourMs)
  })

  test('is not fetched again for every further ticket while it is good', async () => {
    const scene = await createScene()
    for (let tickets = 0; tickets < 5; tickets++) {
      await pushTicket(scene)
      await scene.clock.advance(10 * minuteMs)
    }
    expect(scene.calls(path)).toBe(1)
  })

  test('that is still good after a restart is not asked for again', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const again = await scene.restart()
    await again.settle()
    expect((await again.sign(corpid)).status).toBe(200)
    expect(scene.calls(path)).toBe(1)
  })

  test('that ended while suited was down is fetched at its start with the stored ticket', async () => {
    const scene = await createScene({ simulator: { lifetimesSeconds: { suite_ticket: 86_400 } } })
    await pushTicket(scene)
    await scene.service.stop()
    await scene.clock.stride(3 * hourMs)
    const again = await scene.restart()
    await again.settle()
    expect(scene.calls(path)).toBe(2)
    expect((await again.ask('/api/status')).suites[0].accessTokenExpiresAt).toBe(
      scene.clock.now() + 2 * hourMs,
    )
  })

  test('that WeCom refuses for its ticket (40085) waits for the next one and costs no loop', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    scene.simulator.killTokens()
    scene.simulator.killTokens({ kind: 'suite_ticket' })
    scene.simulator.calls.clear()
    for (let asked = 0; asked < 100; asked++) {
      expect((await scene.sign(corpid)).status).toBe(502)
      await scene.clock.advance(5 * secondMs)
    }
    expect(scene.calls(path)).toBe(1)
    await pushTicket(scene)
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(scene.calls(path)).toBe(2)
  })

  test('is fetched with a ticket that comes while the one before is being refused', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    scene.simulator.killTokens()
    scene.simulator.faults.add({ path, delayMs: 2 * secondMs, errcode: 40085, times: 1 })
    const refused = scene.sign(corpid)
    await scene.clock.advance(secondMs)
    await pushTicket(scene)
    await scene.clock.advance(2 * secondMs)
    expect((await refused).status).toBe(502)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test.each([40001, 40080, 40083])(
    'is tried once for each new ticket and six times an hour at most after %i, loudly',
    async (errcode) => {
      const scene = await createScene()
      scene.simulator.faults.add({ path, errcode })
      await pushTicket(scene)
      await scene.clock.advance(10 * minuteMs)
      expect(scene.calls(path)).toBe(1)
      for (let tickets = 0; tickets < 40; tickets++) {
        await pushTicket(scene)
        await scene.clock.advance(minuteMs)
      }
      expect(scene.calls(path)).toBe(6)
      expect((await scene.ask('/api/status')).waiting).toMatchObject([
        { code: 'suite_token_refused' },
      ])
      const complaints = scene.logs.filter(
        (line) => line.level === 'warn' && line.errcode === errcode,
      )
      expect(complaints).toHaveLength(6)
    },
  )

  test('may be tried again an hour after the first of six wrong secrets', async () => {
    const scene = await createScene()
    const fault = scene.simulator.faults.add({ path, errcode: 40080 })
    for (let tickets = 0; tickets < 10; tickets++) {
      await pushTicket(scene)
      await scene.clock.advance(minuteMs)
    }
    scene.simulator.faults.remove(fault.id)
    await scene.clock.advance(45 * minuteMs)
    await pushTicket(scene)
    await scene.settle()
    expect(scene.calls(path)).toBe(6)
    await scene.clock.advance(6 * minuteMs)
    await pushTicket(scene)
    await scene.settle()
    expect(scene.calls(path)).toBe(7)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
  })

  test('needs a secret: without one callers and what is awaited are told so', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_SECRET: '' } })
    await pushTicket(scene)
    await scene.settle()
    expect(scene.calls('*')).toBe(0)
    expect((await scene.ask('/api/status')).waiting).toMatchObject([{ code: 'suite_secret' }])
  })

  test.each(['same', 'new', 'replace'] as const)(
    'is renewed ahead of its end with nobody asking, also if WeCom repeats a fetch with %s',
    async (repeatedFetch) => {
      const scene = await createScene({ simulator: { repeatedFetch } })
      const stopTickets = scene.simulator.pusher.startTickets()
      await scene.clock.advance(99 * minuteMs)
      expect(scene.calls(path)).toBe(1)
      for (let minutes = 99; minutes < 5 * 60; minutes += 5) {
        await scene.clock.advance(5 * minuteMs)
        const { suites } = await scene.ask('/api/status')
        expect(suites[0].accessTokenExpiresAt).toBeGreaterThan(scene.clock.now())
      }
      stopTickets()
    },
  )

  test('costs one fetch for each of its lives', async () => {
    const scene = await createScene({ simulator: { repeatedFetch: 'new' } })
    const stopTickets = scene.simulator.pusher.startTickets()
    await scene.clock.stride(24 * hourMs)
    expect(scene.calls(path)).toBeGreaterThanOrEqual(12)
    expect(scene.calls(path)).toBeLessThanOrEqual(15)
    stopTickets()
  })
})
