import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../src/clock'
import { issue } from '../../src/simulator/world/tokens'
import { type ClockCheck, type ClockOwner, createClockCheck } from '../../src/wecom/clock-check'
import { push } from '../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../scene'

/** A check by a clock that may be set to anything. */
const create = (owner?: ClockOwner) => {
  let now = startAt
  let pushes = 0
  const check = createClockCheck({ now: () => now }, owner)
  return {
    check,
    show(witness: 'signed' | 'answered', offset: number) {
      pushes += 1
      if (witness === 'signed') check.signedAt(now + offset, String(pushes))
      else check.answeredAt(now + offset)
    },
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

  test.each(['this machine', 'the database'] as const)('is told as that of %s', (owner) => {
    const { check, show, set } = create(owner)
    set(startAt + 2 * dayMs)
    expect(check.warnings()[0]).toContain(`the clock of ${owner}`)
    for (let n = 0; n < 3; n++) show('signed', hourMs)
    expect(check.warnings()[0]).toStartWith(`The clock of ${owner} is 60 minutes behind`)
  })

  test.each([
    ['a callback signed now', 'signed', 0],
    ['a callback signed ten minutes ago', 'signed', -10 * minuteMs],
    ['an answer of now', 'answered', 0],
    ['an answer ten minutes ahead', 'answered', 10 * minuteMs],
  ] as const)('agrees with %s', (_, witness, offset) => {
    const { check, show } = create()
    show(witness, offset)
    expect(check.agrees()).toBe(true)
    expect(check.offByMs()).toBeNull()
  })

  test.each([
    [
      'three callbacks signed 40 days ago',
      ['signed', 'signed', 'signed'],
      -40 * dayMs,
      '40 days ahead of',
    ],
    ['two answers of 40 days ago', ['answered', 'answered'], -40 * dayMs, '40 days ahead of'],
    [
      'three callbacks signed an hour ahead',
      ['signed', 'signed', 'signed'],
      hourMs,
      '60 minutes behind',
    ],
    [
      'two answers eleven minutes ahead',
      ['answered', 'answered'],
      11 * minuteMs,
      '11 minutes behind',
    ],
    [
      'a callback and an answer of an hour ahead',
      ['signed', 'answered'],
      hourMs,
      '60 minutes behind',
    ],
  ] as const)('is wrong by %s, and by how much is a warning', (_, witnesses, offset, told) => {
    const { check, show } = create()
    for (const witness of witnesses) {
      expect(check.offByMs()).toBeNull()
      show(witness, offset)
    }
    expect(check.agrees()).toBe(false)
    expect(check.offByMs()).toBe(-offset)
    expect(check.warnings()).toEqual([expect.stringContaining(`is ${told} WeCom's: set it`)])
  })

  test.each([
    [
      'one callback, however often it is repeated',
      (check: ClockCheck) => {
        for (let times = 0; times < 50; times++) check.signedAt(startAt - 5 * dayMs, 'the same')
      },
    ],
    ['one answer', (check: ClockCheck) => check.answeredAt(Date.UTC(2099))],
    [
      'three callbacks that contradict each other',
      (check: ClockCheck) => {
        for (const days of [3, 5, 7]) check.signedAt(startAt - days * dayMs, String(days))
      },
    ],
    [
      'an answer and a callback that contradict each other',
      (check: ClockCheck) => {
        check.answeredAt(startAt + 5 * dayMs)
        check.signedAt(startAt - 5 * dayMs, '1')
      },
    ],
    [
      'moments that WeCom can’t mean',
      (check: ClockCheck) => {
        for (const moment of [
          0,
          1e11,
          Date.UTC(2015),
          Date.UTC(2100),
          137_262_314_910e3,
          Number.NaN,
        ]) {
          for (const nonce of ['1', '2', '3']) check.signedAt(moment, nonce)
          check.answeredAt(moment)
          check.answeredAt(moment)
        }
      },
    ],
  ])('is not called wrong for %s', (_, witness) => {
    const { check } = create()
    witness(check)
    expect([check.offByMs(), check.warnings()]).toEqual([null, []])
    check.signedAt(startAt, 'fresh')
    witness(check)
    expect([check.agrees(), check.offByMs()]).toEqual([true, null])
  })

  test('that agreed is trusted for an hour, and no more once it has jumped', () => {
    const { check, show, set } = create()
    show('signed', 0)
    set(startAt + hourMs)
    expect(check.agrees()).toBe(true)
    for (const jumped of [startAt + hourMs + 1, startAt + 40 * dayMs, startAt - 1]) {
      set(jumped)
      expect(check.agrees()).toBe(false)
    }
  })

  test('that agreed within the hour stays right, whatever old or absurd callbacks somebody repeats', () => {
    const { check, show } = create()
    show('signed', 0)
    for (const offset of [-20 * hourMs, -5 * dayMs, hourMs, 3 * dayMs]) {
      for (const witness of ['signed', 'signed', 'signed', 'answered', 'answered'] as const) {
        show(witness, offset)
      }
      expect(check.agrees()).toBe(true)
    }
    expect(check.warnings()).toEqual([])
  })

  test('that is wrong is known again an hour after it was last found right', () => {
    const { check, show, set } = create()
    show('signed', 0)
    set(startAt + hourMs + 1)
    show('answered', 20 * minuteMs)
    expect(check.offByMs()).toBeNull()
    show('answered', 20 * minuteMs)
    expect(check.offByMs()).toBe(-20 * minuteMs)
    show('signed', 0)
    expect([check.agrees(), check.offByMs()]).toEqual([true, null])
  })

  test('that nothing has confirmed for a day is a warning', () => {
    const { check, set } = create()
    set(startAt + dayMs - 1)
    expect(check.warnings()).toEqual([])
    set(startAt + 2 * dayMs)
    expect(check.warnings()).toEqual([expect.stringContaining('For 2 days neither')])
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
    dispatchAt: null,
  })

/** Of those that WeCom pushed: what suited tells of itself comes as it goes. */
const kept = async (scene: Scene) => {
  const { items } = await scene.eventLog.list({ status: 'done', limit: 200 })
  return items.filter(({ source }) => source !== 'suited').length
}

describe('by a clock that is 40 days ahead', () => {
  test('nothing is purged, neither at the start nor later, and the status says what is wrong', async () => {
    const scene = await createScene()
    await old(scene, startAt - 40 * dayMs)
    await scene.clock.stride(2 * hourMs)
    expect(await kept(scene)).toBe(1)
    const late = String(Math.floor(scene.clock.now() / 1000) - 40 * days)
    for (const nonce of ['1', '2', '3']) {
      expect((await push(scene, { timestamp: late, nonce })).status).toBe(403)
    }
    await scene.clock.stride(2 * hourMs)
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
    await scene.clock.stride(2 * hourMs)
    expect(await kept(scene)).toBe(2)
    await scene.stop()
  })

  test('two answers of WeCom’s are enough to know it, and one to know when it is right again', async () => {
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
    // A push of now would confirm the clock: only answers come.
    const { world } = scene.simulator
    const { value } = issue(world, 'suite_ticket', { suiteId: scene.suiteId, corpid: null })
    const ticket = { value, timeStampSeconds: 1, receivedAt: startAt }
    await scene.store.saveTicket(scene.suiteId, ticket)
    const path = `/api/suites/${scene.suiteId}/access-token`
    const { accessToken } = await scene.ask(path)
    expect((await scene.ask('/api/status')).warnings).toEqual([])
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ dead: accessToken })
    scene.simulator.killTokens()
    await scene.ask(path, { method: 'POST', headers, body })
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
