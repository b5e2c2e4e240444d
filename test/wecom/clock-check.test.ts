import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../src/clock'
import { createClockCheck } from '../../src/wecom/clock-check'
import { push } from '../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../scene'

/** A check by a clock that may be set to anything. */
const create = () => {
  let now = startAt
  const check = createClockCheck({ now: () => now })
  return {
    check,
    now: () => now,
    set(moment: number) {
      now = moment
    },
  }
}

describe('a clock', () => {
  test('agrees with nothing before WeCom has shown the time', () => {
    const { check } = create()
    expect(check.agrees()).toBe(false)
    expect(check.warnings()).toEqual([])
  })

  test.each([
    ['a callback signed now', 'signedAt', 0],
    ['a callback signed ten minutes ago', 'signedAt', -10 * minuteMs],
    ['an answer of now', 'answeredAt', 0],
    ['an answer ten minutes ahead', 'answeredAt', 10 * minuteMs],
  ] as const)('agrees with %s', (_, witness, offset) => {
    const { check, now } = create()
    check[witness](now() + offset)
    expect(check.agrees()).toBe(true)
    expect(check.offByMs()).toBeNull()
  })

  test.each([
    ['a callback signed 40 days ago', 'signedAt', -40 * dayMs, '40 days ahead of'],
    ['an answer of 40 days ago', 'answeredAt', -40 * dayMs, '40 days ahead of'],
    ['a callback signed an hour ahead', 'signedAt', hourMs, '60 minutes behind'],
    ['an answer eleven minutes ahead', 'answeredAt', 11 * minuteMs, '11 minutes behind'],
  ] as const)('is wrong by %s, and by how much is a warning', (_, witness, offset, told) => {
    const { check, now } = create()
    check[witness](now() + offset)
    expect(check.agrees()).toBe(false)
    expect(check.offByMs()).toBe(-offset)
    expect(check.warnings()).toEqual([expect.stringContaining(`is ${told} WeCom's: set it`)])
  })

  test('that agreed is trusted for an hour, and no more once it has jumped', () => {
    const { check, now, set } = create()
    check.signedAt(now())
    set(startAt + hourMs)
    expect(check.agrees()).toBe(true)
    for (const jumped of [startAt + hourMs + 1, startAt + 40 * dayMs, startAt - 1]) {
      set(jumped)
      expect(check.agrees()).toBe(false)
    }
  })

  test('is not doubted for an old callback that is repeated while fresh ones come', () => {
    const { check, now } = create()
    check.signedAt(now())
    check.signedAt(now() - 20 * hourMs)
    expect(check.agrees()).toBe(true)
    expect(check.warnings()).toEqual([])
  })

  test('is doubted at once for a callback of the future, or an answer of another time', () => {
    for (const witness of ['signedAt', 'answeredAt'] as const) {
      const { check, now } = create()
      check.signedAt(now())
      check[witness](now() + hourMs)
      expect(check.agrees()).toBe(false)
    }
  })

  test('that nothing has confirmed for a day is a warning', () => {
    const { check, set } = create()
    set(startAt + dayMs - 1)
    expect(check.warnings()).toEqual([])
    set(startAt + 2 * dayMs)
    expect(check.warnings()).toEqual([expect.stringContaining('For 2 days neither')])
  })

  test('learns nothing from what is no time', () => {
    const { check } = create()
    check.signedAt(Number.NaN)
    check.answeredAt(Date.parse(''))
    expect([check.agrees(), check.offByMs()]).toEqual([false, null])
  })
})

const days = 86_400

const old = (scene: Scene, receivedAt: number) =>
  scene.eventLog.append({
    id: `event of ${receivedAt}`,
    identity: 'of what happened',
    suiteId: scene.suiteId,
    corpid: null,
    source: 'command',
    type: 'corp_arch_auth',
    receivedAt,
    body: '<xml/>',
    status: 'done',
    lastError: null,
    endpoints: [],
  })

const kept = async (scene: Scene) => (await scene.eventLog.counts()).done

describe('by a clock that is 40 days ahead', () => {
  test('nothing is purged, neither at the start nor later, and the status says what is wrong', async () => {
    const scene = await createScene()
    await old(scene, startAt - 40 * dayMs)
    await scene.clock.advance(2 * hourMs)
    expect(await kept(scene)).toBe(1)
    const late = String(Math.floor(scene.clock.now() / 1000) - 40 * days)
    expect((await push(scene, { timestamp: late })).status).toBe(403)
    await scene.clock.advance(2 * hourMs)
    expect(await kept(scene)).toBe(1)
    expect(await old(scene, startAt)).toBe('duplicate')
    const { warnings, waiting } = await scene.ask('/api/status')
    expect(warnings).toEqual([expect.stringContaining("is 40 days ahead of WeCom's")])
    expect(waiting[0]).toMatchObject({ code: 'callbacks_refused' })
    expect(waiting[0].detail).toContain('it was signed 40 days ago')
    expect(waiting[0].cure).toContain('set it')
    await scene.stop()
  })

  test('nothing is purged where callbacks of any age are taken', async () => {
    const scene = await createScene({ env: { SUITED_CALLBACK_MAX_AGE_SECONDS: '0' } })
    await old(scene, startAt - 40 * dayMs)
    const late = String(Math.floor(scene.clock.now() / 1000) - 40 * days)
    expect((await push(scene, { timestamp: late })).status).toBe(200)
    await scene.clock.advance(2 * hourMs)
    expect(await kept(scene)).toBe(2)
    await scene.stop()
  })

  test('an answer of WeCom’s is enough to know it, and to know when it is right again', async () => {
    let date = new Date(startAt - 40 * dayMs).toUTCString()
    const scene = await createScene({
      between: (wecom) =>
        Object.assign(
          async (...given: Parameters<typeof fetch>) => {
            const answer = await wecom(...given)
            const headers = { ...Object.fromEntries(answer.headers), date }
            return new Response(await answer.text(), { status: answer.status, headers })
          },
          { preconnect: () => undefined },
        ) as typeof fetch,
    })
    await old(scene, startAt - 40 * dayMs)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    expect((await scene.ask('/api/status')).warnings.join()).toContain('40 days ahead')
    await scene.clock.advance(hourMs)
    expect(await kept(scene)).toBe(1)
    date = new Date(scene.clock.now()).toUTCString()
    scene.simulator.killTokens()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(2 * minuteMs)
    expect((await scene.ask('/api/status')).warnings).toEqual([])
    expect(await kept(scene)).toBe(0)
    await scene.stop()
  })
})

test('while suited only observes, tickets confirm the clock and what is old is purged', async () => {
  const scene = await createScene({ env: { SUITED_OBSERVE: '1' } })
  await old(scene, startAt - 40 * dayMs)
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.clock.advance(2 * minuteMs)
  expect(await kept(scene)).toBe(0)
  await scene.stop()
})
