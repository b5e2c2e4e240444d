import { describe, expect, test } from 'bun:test'
import { callbackSignature } from '../../../src/wecom/callback/crypto'
import { createScene, type Scene } from '../../scene'
import { expectRefused } from './refused-callback'
import { command, memberMessage, nowSeconds, push, seal, xml } from './sealed-callback'

const longAgo = 4.6 * 86_400

/** A push of long ago whose nonce was the moment of now, with the two exchanged. */
const exchanged = (scene: Scene) => ({
  timestamp: String(nowSeconds(scene)),
  nonce: String(nowSeconds(scene) - longAgo),
})

describe('an old push whose timestamp and nonce were exchanged', () => {
  test.each([
    ['a command', (scene: Scene) => command(scene, { TimeStamp: nowSeconds(scene) - longAgo })],
    [
      'a command that counts milliseconds',
      (scene: Scene) => command(scene, { TimeStamp: (nowSeconds(scene) - longAgo) * 1000 }),
    ],
    [
      'a ticket',
      (scene: Scene) =>
        command(scene, {
          InfoType: 'suite_ticket',
          SuiteTicket: 't',
          TimeStamp: nowSeconds(scene) - longAgo,
        }),
    ],
    [
      'a command without a time',
      (scene: Scene) => xml({ SuiteId: scene.suiteId, InfoType: 'corp_arch_auth' }),
    ],
    ['what can’t be read', () => 'no xml'],
    [
      'a command in JSON',
      (scene: Scene) =>
        JSON.stringify({
          SuiteId: scene.suiteId,
          InfoType: 'change_auth',
          TimeStamp: nowSeconds(scene) - longAgo,
        }),
    ],
  ])('is stale: %s', async (_, message) => {
    const scene = await createScene()
    const answer = await push(scene, { message: message(scene), ...exchanged(scene) })
    await expectRefused(scene, answer, { status: 403, code: 'stale_timestamp' })
  })

  test('is stale where a member sent it', async () => {
    const scene = await createScene()
    const message = memberMessage(scene, { CreateTime: nowSeconds(scene) - longAgo })
    const parts = { path: '/callback/data', message, receiveId: scene.corpids[0]! }
    const answer = await push(scene, { ...parts, ...exchanged(scene) })
    await expectRefused(scene, answer, { status: 403, code: 'stale_timestamp' })
  })
})

describe('an old push of which a digit was moved from one to the other', () => {
  test('is stale, although its signature fits', async () => {
    const scene = await createScene()
    const now = String(nowSeconds(scene))
    // Joined, both are the same text: `1…` and nine digits, or ten digits and nine.
    const signedAt = `${now.slice(0, -7)}0000001`.replace(
      /^\d{4}/,
      String(Number(now.slice(0, 4)) - 1),
    )
    const nonce = now.slice(1)
    const message = memberMessage(scene, { CreateTime: signedAt })
    const parts = { path: '/callback/data', message, receiveId: scene.corpids[0]! }
    const { address, body, ciphertext } = seal(scene, { ...parts, timestamp: signedAt, nonce })
    const signature = new URLSearchParams(address.slice(address.indexOf('?'))).get('msg_signature')
    const { token } = scene.simulator.world.suites.get(scene.suiteId)!
    const moved = [now, signedAt.slice(0, -1)] as const
    expect(callbackSignature(token, ...moved, ciphertext)).toBe(signature!)
    const query = `msg_signature=${signature}&timestamp=${moved[0]}&nonce=${moved[1]}`
    const answer = await scene.request(`/callback/data?${query}`, { method: 'POST', body })
    await expectRefused(scene, answer, { status: 403, code: 'stale_timestamp' })
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })

  test.each(['0', '179533440', '01795334400', '17953344000'])(
    'has no timestamp of ten digits, and is refused: %s',
    async (timestamp) => {
      const scene = await createScene()
      const answer = await push(scene, { timestamp })
      await expectRefused(scene, answer, { status: 403, code: 'stale_timestamp' })
    },
  )
})

describe('an honest push', () => {
  test('that can’t be read is taken although its nonce reads as an old moment, if it names a fresh one', async () => {
    const scene = await createScene()
    const message = `<xml><CreateTime>${nowSeconds(scene)}</CreateTime><A></B></xml>`
    expect((await push(scene, { message, ...exchanged(scene) })).status).toBe(200)
  })

  test('is taken although its nonce reads as an old moment', async () => {
    const scene = await createScene()
    expect((await push(scene, exchanged(scene))).status).toBe(200)
  })

  test('is taken although what it tells is old: WeCom signs each push anew', async () => {
    const scene = await createScene()
    const message = command(scene, { TimeStamp: 1_403_610_513 })
    for (const nonce of ['1597212914', '263014780', 'VHh7ymSeb0jc4lSb']) {
      expect((await push(scene, { message, nonce })).status).toBe(200)
    }
  })
})
