/** What operators are told while WeCom's callbacks arrive and are refused. */
import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import { parseEncodingAesKey } from '../../../src/wecom/callback/crypto'
import { createScene, jsonOf, type Scene, type SceneOptions } from '../../scene'
import {
  type CallbackParts,
  checkUrl,
  command,
  memberMessage,
  nowSeconds,
  push,
  seal,
  xml,
} from '../wecom/sealed-callback'

const otherKey = 'B'.repeat(43)
const remoteAddress = '101.89.1.7'

const create = (options: SceneOptions = {}) =>
  createScene({ remoteAddressOf: () => remoteAddress, ...options })

const refusedIn = async (scene: Scene) => (await scene.ask('/api/refused-callbacks')).items
const waitingIn = async (scene: Scene, code = 'callbacks_refused') =>
  (await scene.ask('/api/status')).waiting.filter((one: { code: string }) => one.code === code)
const tickedIn = async (scene: Scene, field: string) =>
  (await scene.ask('/api/setup')).items.find((item: { field: string }) => item.field === field)

const ticket = (scene: Scene) =>
  command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'the-ticket' })

type Planted = [
  name: string,
  change: (scene: Scene) => Partial<CallbackParts>,
  mistake: string,
  wrong: string,
  cure: string,
]

const planted: Planted[] = [
  ['another Token', () => ({ token: 'AnotherToken' }), 'wrong_token', 'fits none', 'WECOM_TOKEN'],
  [
    'another EncodingAESKey',
    () => ({ encodingAesKey: otherKey }),
    'wrong_encoding_aes_key',
    'does not decrypt',
    'WECOM_ENCODING_AES_KEY',
  ],
  [
    'another suite’s messages',
    (scene) => ({ message: command(scene, { SuiteId: 'wwother' }) }),
    'wrong_suite_id',
    'names the suite wwother, and WECOM_SUITE_ID is ',
    'enter it as WECOM_SUITE_ID',
  ],
  [
    'another provider’s events',
    (scene) => ({
      path: '/callback/system',
      message: xml({
        ServiceCorpId: 'wwother',
        InfoType: 'register_corp',
        TimeStamp: nowSeconds(scene),
      }),
      receiveId: 'wwother',
    }),
    'wrong_provider_corpid',
    'names the provider wwother',
    'enter it as WECOM_PROVIDER_CORPID',
  ],
  [
    'a receive id that nobody knows',
    () => ({ receiveId: 'wwother' }),
    'wrong_receive_id',
    'sealed for wwother',
    '自建应用',
  ],
  ['no receive id', () => ({ receiveId: '' }), 'empty_receive_id', 'is empty', '智能机器人'],
  [
    'one company’s messages on the URL of another',
    (scene) => ({
      path: '/callback/data/wpOther',
      message: memberMessage(scene),
      receiveId: scene.corpids[0]!,
    }),
    'wrong_company',
    'names the company wpOther',
    '$CORPID$',
  ],
  [
    'a clock that is two days off',
    (scene) => ({ timestamp: String(nowSeconds(scene) - 2 * 86_400) }),
    'stale_timestamp',
    'signed 2 days ago',
    'is 2 days ahead of WeCom',
  ],
]

describe('while WeCom’s pushes arrive and are refused', () => {
  test.each(planted)('for %s, the status names the mistake and its cure', async (...row) => {
    const [, change, mistake, wrong, cure] = row
    const scene = await create()
    for (let i = 0; i < 3; i++) {
      await push(scene, { nonce: String(1_597_212_914 + i), ...change(scene) })
    }
    await scene.clock.advance(20_000)
    const [told, ...more] = await waitingIn(scene)
    expect(more).toEqual([])
    expect(told.detail).toContain('and are refused: 3 since 2026-11-22 08:00 UTC')
    expect(told.detail).toContain('the last 20 seconds ago from 101.89.1.7')
    expect(told.detail).toContain(wrong)
    expect(told.cure).toContain(cure)
    expect(await refusedIn(scene)).toMatchObject([
      { mistake, kind: 'push', network: '101.89.1.0/24', lastAddress: '101.89.1.7', count: 3 },
    ])
    const [noTicket] = await waitingIn(scene, 'suite_ticket')
    const atCommandUrl = !['wrong_provider_corpid', 'wrong_company'].includes(mistake)
    if (!atCommandUrl) expect(noTicket?.detail ?? '').not.toContain('what arrives is refused')
    else {
      expect(noTicket.detail).toContain('what arrives is refused')
      expect(noTicket.cure).toBe(told.cure)
    }
    await scene.stop()
  })

  test('the log says so at once, and then how many more there were', async () => {
    const scene = await create()
    const told = () => scene.logs.filter(({ level }) => level === 'warn')
    for (let i = 0; i < 30; i++) await push(scene, { token: 'AnotherToken' })
    expect(told()).toMatchObject([
      { message: 'a callback was refused', mistake: 'wrong_token', from: '101.89.1.7' },
    ])
    await scene.clock.advance(10 * minuteMs)
    await push(scene, { token: 'AnotherToken' })
    expect(told()[1]).toMatchObject({ message: 'callbacks go on being refused', count: 30 })
    await scene.stop()
  })

  test('the URL is not ticked, though it was reached before', async () => {
    const scene = await create()
    await checkUrl(scene)
    expect(await tickedIn(scene, '指令回调URL')).toMatchObject({ status: 'done' })
    await scene.clock.advance(1)
    await push(scene, { token: 'AnotherToken' })
    const item = await tickedIn(scene, '指令回调URL')
    expect(item.status).toBe('awaited')
    expect(item.detail).toContain('are refused')
    expect(item.detail).toContain('GET /api/refused-callbacks')
    await scene.clock.advance(1)
    await push(scene, { message: ticket(scene) })
    expect(await tickedIn(scene, '指令回调URL')).toMatchObject({ status: 'done' })
    await scene.stop()
  })

  test('checks of the URL are told as such', async () => {
    const scene = await create()
    await checkUrl(scene, { token: 'AnotherToken' })
    const [told] = await waitingIn(scene)
    expect(told.detail).toStartWith(
      'Requests that look like WeCom\'s checks of the URL for "default"',
    )
    expect(await refusedIn(scene)).toMatchObject([{ kind: 'check', mistake: 'wrong_token' }])
    await scene.stop()
  })

  test('the word goes with the first callback that is taken, and what happened stays to be read', async () => {
    const scene = await create()
    await push(scene, { encodingAesKey: otherKey })
    expect(await waitingIn(scene)).toHaveLength(1)
    await scene.clock.advance(1)
    await push(scene, { message: ticket(scene) })
    expect(await waitingIn(scene)).toEqual([])
    expect(await refusedIn(scene)).toHaveLength(1)
    await scene.stop()
  })

  test('of a URL that nothing comes to any more nothing is said after a day', async () => {
    const scene = await create()
    await push(scene, { receiveId: 'wwother' })
    await scene.clock.leap(dayMs - 1)
    expect(await waitingIn(scene)).toHaveLength(1)
    await scene.clock.advance(1)
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test('other settings don’t forget it, and the right Token lets the word go', async () => {
    const scene = await create({ env: { WECOM_TOKEN: 'Mistyped' } })
    await push(scene)
    const right = scene.simulator.world.suites.get(scene.suiteId)!.token
    const mended = await scene.reload({ WECOM_TOKEN: right })
    expect(await refusedIn(mended)).toMatchObject([{ mistake: 'wrong_token', count: 1 }])
    await mended.clock.advance(1)
    await push(mended, { message: ticket(mended) })
    expect(await waitingIn(mended)).toEqual([])
    await mended.stop()
  })

  test('the Token that settings had before they were read again is recognised', async () => {
    const scene = await create()
    const reloaded = await scene.reload({ WECOM_TOKEN: 'ANewToken' })
    await push(reloaded)
    const [told] = await waitingIn(reloaded)
    expect(told.detail).toContain('the Token that suite "default" had before')
    expect(told.cure).toContain('WECOM_PREVIOUS_TOKEN')
    await reloaded.stop()
  })
})

describe('of several suites', () => {
  const twoSuites = () =>
    create({
      simulator: { suites: [{}, {}] },
      file: ({ world }) => ({
        suites: [...world.suites.values()].map(({ token, encodingAesKey, suiteId }, n) => ({
          key: ['crm', 'hr'][n],
          token,
          encoding_aes_key: encodingAesKey,
          id: suiteId,
        })),
      }),
    })

  test('one’s messages at another’s URL are known by their Token', async () => {
    const scene = await twoSuites()
    await push(scene, { path: '/suites/hr/callback/command' })
    const [told] = await waitingIn(scene)
    expect(told.detail).toContain('for "crm" arrive at /suites/hr/callback/command')
    expect(told.detail).toContain('the Token of suite "crm"')
    expect(told.cure).toContain('suited urls')
    await scene.stop()
  })

  test('one’s EncodingAESKey beside another’s Token is known', async () => {
    const scene = await twoSuites()
    const [, hr] = [...scene.simulator.world.suites.values()]
    await push(scene, { path: '/suites/crm/callback/command', encodingAesKey: hr!.encodingAesKey })
    const [told] = await waitingIn(scene)
    expect(told.detail).toContain('it does with the EncodingAESKey of suite "hr"')
    expect(told.cure).toContain('encoding_aes_key in the [[suites]] table of "crm"')
    await scene.stop()
  })

  test('a path that names none of them is a warning, once, and stands in the list', async () => {
    const scene = await twoSuites()
    await push(scene, { path: '/suites/crn/callback/command' })
    const { warnings } = await scene.ask('/api/status')
    expect(warnings.filter((text: string) => text.includes('/suites/crn/'))).toEqual([
      expect.stringContaining(
        'calls a path that isn’t here: /suites/crn/callback/command (1 time)',
      ),
    ])
    expect(await waitingIn(scene)).toEqual([])
    expect(scene.logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { path: '/suites/crn/callback/command', reason: 'suite_not_found' },
    ])
    const [refused] = await refusedIn(scene)
    expect(refused.detail).toContain('no suite "crn" is configured here')
    await scene.stop()
  })

  test('of a company’s URL below a name of none the list shows the form of the path', async () => {
    const scene = await twoSuites()
    await push(scene, { path: '/suites/crn/corps/wpSome/callback' })
    expect(await refusedIn(scene)).toMatchObject([
      { mistake: 'unknown_suite', url: '/suites/{suite}/corps/{corpid}/callback', suite: null },
    ])
    await scene.stop()
  })
})

describe('neighbours whose URL this is not', () => {
  const query = (scene: Scene, address: string) => ({ scene, address })
  const post = ({ scene, address }: { scene: Scene; address: string }, body: string) =>
    scene.request(address, { method: 'POST', body })

  test('a 智能机器人 or self-built app is known by its JSON', async () => {
    const scene = await create()
    const { address, ciphertext } = seal(scene, { token: 'OfARobot' })
    await post(query(scene, address), JSON.stringify({ encrypt: ciphertext }))
    expect(await refusedIn(scene)).toMatchObject([{ mistake: 'json_of_another_app' }])
    expect((await waitingIn(scene))[0].cure).toContain('智能机器人')
    await scene.stop()
  })

  test.each([
    [
      'its sealed mode',
      '<xml><ToUserName><![CDATA[gh_1234567890ab]]></ToUserName><Encrypt>QUJD</Encrypt></xml>',
      '',
    ],
    [
      'its plain mode',
      '<xml><ToUserName><![CDATA[gh_1234567890ab]]></ToUserName><MsgType>text</MsgType></xml>',
      '',
    ],
    ['a query without msg_signature', '<xml/>', 'signature=abc&timestamp=1700000000&nonce=1'],
  ])('a 公众号 is known by %s', async (_, body, ownQuery) => {
    const scene = await create()
    const { address } = seal(scene, { token: 'OfAnAccount' })
    await post(query(scene, ownQuery ? `/callback/command?${ownQuery}` : address), body)
    expect(await refusedIn(scene)).toMatchObject([{ mistake: 'weixin_platform' }])
    await scene.stop()
  })

  test('a gateway that reads bodies as forms is known by its blanks', async () => {
    const scene = await create()
    let sealed = seal(scene)
    for (let n = 0; !sealed.ciphertext.includes('+'); n++) {
      sealed = seal(scene, { message: command(scene, { EventName: n }) })
    }
    await post(query(scene, sealed.address), sealed.body.replaceAll('+', ' '))
    expect(await refusedIn(scene)).toMatchObject([{ mistake: 'plus_lost', standing: 'signed' }])
    await scene.stop()
  })
})

describe('what strangers send', () => {
  const noise = [
    ['nothing signed', '/callback/command', '<xml/>', 'no_signature'],
    [
      'parameters of no form',
      '/callback/command?msg_signature=a&timestamp=b&nonce=c',
      'x',
      'broken_signature',
    ],
    [
      'a scan of another path',
      '/suites/none/callback/data?msg_signature=1&timestamp=1&nonce=1',
      'x',
      'broken_signature',
    ],
  ] as const

  test.each(noise)('with %s is counted apart and not taken for WeCom’s', async (...row) => {
    const [, path, body, mistake] = row
    const scene = await create()
    for (let i = 0; i < 5; i++) await scene.request(path, { method: 'POST', body })
    expect(await refusedIn(scene)).toMatchObject([{ standing: 'other', mistake, count: 5 }])
    expect(await waitingIn(scene)).toEqual([])
    expect((await waitingIn(scene, 'suite_ticket'))[0].detail).toContain('has not pushed')
    await scene.stop()
  })

  test('in WeCom’s form is not spoken of while tickets come', async () => {
    const scene = await create()
    await push(scene, { message: ticket(scene) })
    await scene.clock.advance(1)
    await push(scene, { token: 'Guessed' })
    expect(await waitingIn(scene)).toEqual([])
    expect(await refusedIn(scene)).toMatchObject([{ standing: 'like_wecom', count: 1 }])
    expect(await tickedIn(scene, '指令回调URL')).toMatchObject({ status: 'done' })
    await scene.clock.advance(hourMs)
    await push(scene, { token: 'Guessed' })
    expect(await waitingIn(scene)).toHaveLength(1)
    await scene.stop()
  })

  test('flushes nothing that was signed', async () => {
    let from = 0
    const scene = await createScene({
      remoteAddressOf: () => `${100 + (from >> 8)}.${from & 255}.0.1`,
    })
    await push(scene, { receiveId: 'wwother' })
    for (from = 1; from <= 500; from++) await push(scene, { token: 'Guessed' })
    for (from = 1; from <= 500; from++) await scene.request('/callback/command', { method: 'POST' })
    const first = await scene.ask('/api/refused-callbacks?limit=200')
    expect(first.items[0]).toMatchObject({ standing: 'signed', mistake: 'wrong_receive_id' })
    const second = await scene.ask(`/api/refused-callbacks?limit=200&cursor=${first.next}`)
    const third = await scene.ask(`/api/refused-callbacks?limit=200&cursor=${second.next}`)
    expect([second.items.length, third.items.length, third.next]).toEqual([200, 1, null])
    expect((await waitingIn(scene))[0].detail).toContain('sealed for wwother')
    await scene.stop()
  })
})

describe('the list of refused callbacks', () => {
  test('wants the admin token', async () => {
    const scene = await create()
    expect((await scene.request('/api/refused-callbacks')).status).toBe(401)
    await scene.stop()
  })

  test('says since when it counts, and refuses a cursor that it never gave', async () => {
    const scene = await create()
    const since = scene.clock.now()
    await scene.clock.advance(5000)
    expect(await scene.ask('/api/refused-callbacks')).toEqual({ items: [], next: null, since })
    expect(await scene.ask('/api/refused-callbacks?cursor=x')).toMatchObject({
      code: 'invalid_request',
    })
    await scene.stop()
  })

  test('holds no secret, neither ours nor one that came', async () => {
    const scene = await create()
    const { token, encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
    const secrets = [token, encodingAesKey, 'the-ticket', 'AnotherToken', otherKey]
    const foreign = command(scene, { SuiteId: 'wwother', SuiteTicket: 'the-ticket' })
    await push(scene, { message: foreign })
    await push(scene, { token: 'AnotherToken' })
    await push(scene, { encodingAesKey: otherKey })
    const answer = await scene.request('/api/refused-callbacks', {
      headers: { authorization: 'Bearer an-admin-token-for-the-tests' },
    })
    const told = JSON.stringify([await jsonOf(answer), await waitingIn(scene), scene.logs])
    for (const secret of secrets) expect(told).not.toContain(secret)
    expect(parseEncodingAesKey(otherKey)).not.toBeNull()
    await scene.stop()
  })
})
