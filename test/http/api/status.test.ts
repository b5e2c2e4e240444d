import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { createScene, startAt } from '../../scene'
import { push } from '../wecom/sealed-callback'

describe('the status', () => {
  test('before anything has come says what is awaited', async () => {
    const scene = await createScene()
    expect(await scene.ask('/api/status')).toMatchObject({
      version: 'test',
      startedAt: startAt,
      suites: [
        {
          key: 'default',
          kind: 'app',
          suiteId: scene.suiteId,
          ticketReceivedAt: null,
          ticketAgeSeconds: null,
          accessTokenExpiresAt: null,
          previousPairUsedAt: null,
          corps: { authorized: 0, suspended: 0, invalid: 0, cancelled: 0 },
        },
      ],
      events: { pending: 0, done: 0, dead: 0, oldestPendingAt: null },
      waiting: [
        { code: 'suite_ticket', detail: expect.any(String), cure: expect.stringContaining('刷新') },
      ],
      refusals: [],
      warnings: [],
    })
  })

  test('tells ages, counts and nothing awaited once all is well', async () => {
    const scene = await createScene()
    await scene.installed()
    await scene.clock.advance(5 * minuteMs)
    expect(await scene.ask('/api/status')).toMatchObject({
      startedAt: startAt,
      suites: [
        {
          ticketReceivedAt: startAt,
          ticketAgeSeconds: 300,
          accessTokenExpiresAt: startAt + 2 * hourMs,
          previousPairUsedAt: null,
          corps: { authorized: 1, suspended: 0, invalid: 0, cancelled: 0 },
        },
      ],
      events: { pending: 0, dead: 0, oldestPendingAt: null },
      waiting: [],
    })
  })

  test('counts events by their status and tells since when the oldest waits', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.install(scene.suiteId, scene.corpids[0]!)
    await scene.clock.advance(minuteMs)
    await push(scene)
    await push(scene, { message: 'not xml' })
    const { events, warnings } = await scene.ask('/api/status')
    expect(events).toEqual({ pending: 1, done: 1, dead: 1, oldestPendingAt: startAt })
    expect(warnings).toHaveLength(1)
  })

  test('of a suite without an id is shown all the same', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_ID: '', WECOM_SUITE_SECRET: '' } })
    const { suites, waiting } = await scene.ask('/api/status')
    expect(suites[0]).toMatchObject({ key: 'default', suiteId: null, ticketReceivedAt: null })
    expect(waiting).toMatchObject([{ code: 'suite_id' }])
  })

  test.each([
    ['WeCom can’t be reached', { reset: true }, 'wecom_unreachable'],
    ['WeCom never answers', { hang: true }, 'wecom_unreachable'],
    ['the secret is wrong', { errcode: 40080 }, 'suite_token_refused'],
    ['our address is not on the list', { errcode: 60020 }, 'ip_not_allowed'],
  ])('says with a cure that %s', async (_, fault, code) => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/*', ...fault })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(minuteMs)
    const { waiting } = await scene.ask('/api/status')
    expect(waiting).toMatchObject([{ code }])
    expect(waiting[0].cure.length).toBeGreaterThan(10)
  })

  test('no longer says so once it is over', async () => {
    const scene = await createScene()
    const fault = scene.simulator.faults.add({ path: '/cgi-bin/*', reset: true })
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(minuteMs)
    scene.simulator.faults.remove(fault.id)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(2 * minuteMs)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
  })
})
