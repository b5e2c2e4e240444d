import { describe, expect, test } from 'bun:test'
import { createScene, type LogLine, type Scene } from '../../scene'
import { expectRefused, type Refused } from './refused-callback'
import { type CallbackParts, command, memberMessage, push, xml } from './sealed-callback'

const wrongReceiver = (logged: Partial<LogLine>): Refused => ({
  status: 403,
  code: 'wrong_receiver',
  logged,
})

const forSomebodyElse: [string, (scene: Scene) => Partial<CallbackParts>, Refused][] = [
  [
    'of a command for another suite',
    (scene) => ({ message: command(scene, { SuiteId: 'wwother' }), receiveId: 'wwother' }),
    wrongReceiver({ which: 'SuiteId', came: 'wwother' }),
  ],
  [
    'of a ticket for another suite',
    (scene) => ({
      message: command(scene, { SuiteId: 'wwother', InfoType: 'suite_ticket', SuiteTicket: 't' }),
    }),
    wrongReceiver({ which: 'SuiteId', came: 'wwother' }),
  ],
  [
    'of a command whose SuiteId differs by case alone',
    (scene) => ({ message: command(scene, { SuiteId: scene.suiteId.toUpperCase() }) }),
    wrongReceiver({ which: 'SuiteId' }),
  ],
  [
    'of a command with a foreign receive id',
    () => ({ receiveId: 'wwother' }),
    wrongReceiver({ which: 'receiveid', came: 'wwother' }),
  ],
  [
    'of a command with an empty receive id',
    () => ({ receiveId: '' }),
    wrongReceiver({ which: 'receiveid', came: '' }),
  ],
  [
    'of a command with the company’s own receive id on the command URL',
    (scene) => ({ receiveId: scene.corpids[0]! }),
    wrongReceiver({ which: 'receiveid' }),
  ],
  [
    'of another provider',
    () => ({
      path: '/callback/system',
      message: xml({ ServiceCorpId: 'wwother', InfoType: 'license_refund', TimeStamp: 1 }),
    }),
    wrongReceiver({ which: 'ServiceCorpId', came: 'wwother' }),
  ],
  [
    'of a message whose ToUserName is not the receive id',
    (scene) => ({
      path: '/callback/data',
      message: memberMessage(scene),
      receiveId: scene.corpids[1]!,
    }),
    wrongReceiver({ which: 'receiveid' }),
  ],
  [
    'of a message to the data URL of another company',
    (scene) => ({
      path: `/callback/data/${scene.corpids[1]}`,
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    }),
    wrongReceiver({ which: 'corpid of the path' }),
  ],
]

describe('a push is refused', () => {
  test.each(forSomebodyElse)('%s', async (_, change, refused) => {
    const scene = await createScene()
    await expectRefused(scene, await push(scene, change(scene)), refused)
  })

  test('for somebody else: its answer names no id, the log names both', async () => {
    const scene = await createScene()
    const message = command(scene, { SuiteId: 'wwother' })
    const answer = await push(scene, { message, receiveId: 'wwother' })
    const body = await answer.text()
    expect(body).not.toContain('wwother')
    expect(body).not.toContain(scene.suiteId)
    expect(scene.logs).toContainEqual(
      expect.objectContaining({ came: 'wwother', expected: [scene.suiteId] }),
    )
  })

  test('at a suite that is not ours', async () => {
    const scene = await createScene()
    const answer = await push(scene, { path: '/suites/wwother/callback/command' })
    await expectRefused(scene, answer, { status: 404, code: 'suite_not_found' })
  })
})

const otherKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

describe('a push sealed with the provider’s own pair', () => {
  const pair = { token: 'SystemToken', encodingAesKey: otherKey, path: '/callback/system' }
  const withSystemPair = () =>
    createScene({
      env: { WECOM_SYSTEM_TOKEN: pair.token, WECOM_SYSTEM_ENCODING_AES_KEY: otherKey },
    })

  test('is refused for a foreign suite', async () => {
    const scene = await withSystemPair()
    const message = command(scene, { SuiteId: 'wwother' })
    const answer = await push(scene, { ...pair, message, receiveId: 'wwother' })
    await expectRefused(scene, answer, wrongReceiver({ which: 'SuiteId', came: 'wwother' }))
  })

  test('is refused with a foreign receive id', async () => {
    const scene = await withSystemPair()
    const { corpid } = scene.simulator.world.provider
    const message = xml({ ServiceCorpId: corpid, InfoType: 'license_refund', TimeStamp: 1 })
    const answer = await push(scene, { ...pair, message, receiveId: 'wwother' })
    await expectRefused(scene, answer, wrongReceiver({ which: 'receiveid', came: 'wwother' }))
  })

  test('is taken for our suite without calling its id unknown', async () => {
    const scene = await withSystemPair()
    expect((await push(scene, pair)).status).toBe(200)
    expect((await scene.ask('/api/status')).waiting).toMatchObject([{ code: 'suite_ticket' }])
  })

  test('fits no URL of a suite', async () => {
    const scene = await withSystemPair()
    const answer = await push(scene, { ...pair, path: '/callback/command' })
    await expectRefused(scene, answer, { status: 403, code: 'bad_signature' })
  })
})
