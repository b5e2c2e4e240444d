/** What operators are told while some callbacks at a URL are refused and others are accepted. */
import { describe, expect, test } from 'bun:test'
import { dayMs, minuteMs } from '../../../src/clock'
import { createScene, type Scene, type SceneOptions } from '../../scene'
import {
  type CallbackParts,
  checkUrl,
  command,
  memberMessage,
  nowSeconds,
  push,
  xml,
} from '../wecom/sealed-callback'

const otherKey = 'B'.repeat(43)
const create = (options: SceneOptions = {}) =>
  createScene({ remoteAddressOf: () => '101.89.1.7', ...options })

const waitingIn = async (scene: Scene, code = 'callbacks_refused') =>
  (await scene.ask('/api/status')).waiting.filter((one: { code: string }) => one.code === code)
const tickedIn = async (scene: Scene, field: string) =>
  (await scene.ask('/api/setup')).items.filter((item: { field: string }) => item.field === field)

const ticketOf = (scene: Scene, suiteId: string) =>
  xml({
    SuiteId: suiteId,
    InfoType: 'suite_ticket',
    TimeStamp: nowSeconds(scene),
    SuiteTicket: 'the-ticket',
  })

type Change = (scene: Scene) => Partial<CallbackParts>

/** A callback that is refused, and one at the same place that proves nothing of it. */
const unsettled: [string, refused: Change, accepted: Change, sentence: string][] = [
  [
    'another company’s messages on a path that names this one',
    (scene) => ({
      path: '/callback/data/wpOther',
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    }),
    (scene) => ({
      path: `/callback/data/${scene.corpids[0]}`,
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    }),
    'names the company wpOther',
  ],
  [
    'the messages of the one company that the path should not name, rightly',
    (scene) => ({
      path: '/callback/data/wpOther',
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    }),
    (scene) => ({
      path: '/callback/data/wpOther',
      message: memberMessage(scene, { ToUserName: 'wpOther' }),
      receiveId: 'wpOther',
    }),
    'names the company wpOther',
  ],
  [
    'another suite’s messages',
    (scene) => ({ message: command(scene, { SuiteId: 'wwother' }) }),
    () => ({}),
    'names the suite wwother',
  ],
  [
    'messages for a receiver that nobody knows',
    () => ({ receiveId: 'wwother' }),
    () => ({}),
    'sealed for wwother',
  ],
  ['messages for nobody', () => ({ receiveId: '' }), () => ({}), 'its receive id is empty'],
]

describe('signed callbacks that are refused beside accepted ones', () => {
  test.each(unsettled)('are told: %s', async (_, refused, accepted, sentence) => {
    const scene = await create()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    for (let n = 0; n < 5; n++) {
      expect((await push(scene, refused(scene))).status).toBe(403)
      await scene.clock.advance(1000)
      expect((await push(scene, accepted(scene))).status).toBe(200)
      await scene.clock.advance(1000)
    }
    const [told, ...more] = await waitingIn(scene)
    expect(more).toEqual([])
    expect(told.detail).toContain('and are refused: 5 since')
    expect(told.detail).toContain(sentence)
    await scene.stop()
  })

  test('are told for a day', async () => {
    const scene = await create()
    await push(scene, { receiveId: 'wwother' })
    await push(scene)
    await scene.clock.leap(dayMs - minuteMs)
    expect(await waitingIn(scene)).toHaveLength(1)
    await scene.clock.advance(minuteMs)
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test.each(unsettled)(
    'are settled by the check of a form that is saved anew: %s',
    async (...row) => {
      const [, refused] = row
      const scene = await create()
      const { path } = { path: '/callback/command', ...refused(scene) }
      await push(scene, refused(scene))
      expect(await waitingIn(scene)).toHaveLength(1)
      const saved = path.includes('/data/') ? '/callback/data/$CORPID$' : path
      expect((await checkUrl(scene, { path: saved })).status).toBe(200)
      expect(await waitingIn(scene)).toEqual([])
      await scene.stop()
    },
  )

  test('of a pair that is mended are settled by a push of that pair', async () => {
    const scene = await create()
    await push(scene, { encodingAesKey: otherKey })
    await push(scene, { timestamp: String(nowSeconds(scene) - 2 * 86_400) })
    expect(await waitingIn(scene)).toHaveLength(2)
    await push(scene)
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test('of the pair that a rotation brings are not settled by those of the one before', async () => {
    const scene = await create()
    const { token, encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
    const reloaded = await scene.reload({
      WECOM_TOKEN: 'ANewToken',
      WECOM_ENCODING_AES_KEY: otherKey,
      WECOM_PREVIOUS_TOKEN: token,
      WECOM_PREVIOUS_ENCODING_AES_KEY: encodingAesKey,
    })
    await push(reloaded, { token: 'ANewToken', encodingAesKey: 'C'.repeat(43) })
    expect((await push(reloaded)).status).toBe(200)
    expect((await waitingIn(reloaded))[0].detail).toContain('does not decrypt')
    await push(reloaded, { token: 'ANewToken', encodingAesKey: otherKey })
    expect(await waitingIn(reloaded)).toEqual([])
    await reloaded.stop()
  })
})

describe('a suite whose pushes come to the URL of another one', () => {
  const twoSuites = async () => {
    const scene = await create({
      simulator: { suites: [{}, {}] },
      file: ({ world }) => ({
        suites: [...world.suites.values()].map(({ token, encodingAesKey, suiteId }, n) => ({
          key: ['a', 'b'][n],
          token,
          encoding_aes_key: encodingAesKey,
          id: suiteId,
        })),
      }),
    })
    const [a, b] = [...scene.simulator.world.suites.values()]
    const ticket = async (of: typeof a, path: string) => {
      const { suiteId, token, encodingAesKey } = of!
      const message = ticketOf(scene, suiteId)
      const sealed = { path, token, encodingAesKey, receiveId: suiteId, message }
      return (await push(scene, sealed)).status
    }
    return { scene, a, b, ticket }
  }

  test('is told so while the other’s are accepted there, and nobody says that WeCom is silent', async () => {
    const { scene, a, b, ticket } = await twoSuites()
    for (let n = 0; n < 3; n++) {
      expect(await ticket(b, '/suites/a/callback/command')).toBe(403)
      expect(await ticket(a, '/suites/a/callback/command')).toBe(200)
      await scene.clock.advance(10 * minuteMs)
    }
    const [told, ...more] = await waitingIn(scene)
    expect(more).toEqual([])
    expect(told.detail).toStartWith('WeCom\'s pushes for "b" arrive at /suites/a/callback/command')
    expect(told.detail).toContain('the Token of suite "b"')
    const [noTicket, ...others] = await waitingIn(scene, 'suite_ticket')
    expect(others).toEqual([])
    expect(noTicket.detail).toBe(
      'No suite_ticket for "b" could be taken yet: what arrives is refused, see callbacks_refused.',
    )
    expect(noTicket.cure).toContain('suited urls')
    expect(await tickedIn(scene, '指令回调URL')).toMatchObject([
      { suite: 'a', status: 'done' },
      { suite: 'b', status: 'awaited', detail: expect.stringContaining('are refused') },
    ])
    await scene.stop()
  })

  test('is settled by its own push at its own URL', async () => {
    const { scene, b, ticket } = await twoSuites()
    await ticket(b, '/suites/a/callback/command')
    expect(await ticket(b, '/suites/b/callback/command')).toBe(200)
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })
})
