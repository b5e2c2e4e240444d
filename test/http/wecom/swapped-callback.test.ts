import { describe, expect, test } from 'bun:test'
import { createScene, type Scene } from '../../scene'
import { expectRefused } from './refused-callback'
import { command, memberMessage, nowSeconds, push, xml } from './sealed-callback'

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

describe('an honest push', () => {
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
