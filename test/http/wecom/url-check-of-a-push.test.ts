import { describe, expect, test } from 'bun:test'
import { createScene, type Scene } from '../../scene'
import { expectRefused } from './refused-callback'
import { type CallbackParts, command, memberMessage, seal, xml } from './sealed-callback'

const urls = [
  '/callback/command',
  '/callback/data',
  '/callback/data/$CORPID$',
  '/callback/system',
  '/orderUrl',
  '/dataUrl',
  '/verify',
  '/suites/default/callback/command',
  '/suites/default/callback/data',
  '/suites/default/orderUrl',
  '/suites/default/dataUrl',
  '/suites/default/verify',
]

type Push = (scene: Scene) => Partial<CallbackParts>

const anAuthCode: Push = (scene) => ({
  message: command(scene, { InfoType: 'create_auth', AuthCode: 'secret' }),
})

const captured: [string, Push][] = [
  [
    'a ticket',
    (scene) => ({ message: command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'secret' }) }),
  ],
  ['an auth_code', anAuthCode],
  [
    'a system event',
    (scene) => {
      const { corpid } = scene.simulator.world.provider
      const message = xml({
        ServiceCorpId: corpid,
        InfoType: 'register_corp',
        RegisterCode: 'secret',
      })
      return { message, receiveId: corpid }
    },
  ],
  [
    'a member’s message',
    (scene) => ({
      message: memberMessage(scene, { Content: 'secret' }),
      receiveId: scene.simulator.world.provider.corpid,
    }),
  ],
  ['a message in JSON', () => ({ message: '{"InfoType":"create_auth","AuthCode":"secret"}' })],
  ['a message behind a byte order mark', () => ({ message: '\uFEFF <xml><A>secret</A></xml>' })],
  ['a text that is too long', () => ({ message: `secret${'7'.repeat(123)}` })],
  ['several lines', () => ({ message: 'one\nsecret' })],
]

/** What was pushed, handed in as if WeCom checked the URL. */
const checkWithPush = (scene: Scene, parts: Partial<CallbackParts>) => {
  const { address, ciphertext } = seal(scene, parts)
  return scene.request(`${address}&echostr=${encodeURIComponent(ciphertext)}`)
}

describe('a URL check', () => {
  const doesNotReadOut = async (push: Push, path = '/callback/command') => {
    const scene = await createScene()
    const answer = await checkWithPush(scene, { ...push(scene), path })
    expect([path, await answer.clone().text()]).toEqual([
      path,
      expect.not.stringContaining('secret'),
    ])
    await expectRefused(scene, answer, { status: 403, code: 'bad_signature' })
    expect(JSON.stringify(scene.logs)).not.toContain('secret')
  }

  test.each(captured)('does not read out %s that was pushed', (_, push) => doesNotReadOut(push))

  test('does not do so at any address, by any of its names', async () => {
    for (const path of urls) await doesNotReadOut(anAuthCode, path)
  })
})

describe('a push that was handed in as a URL check', () => {
  test('is named in the log as what it is', async () => {
    const scene = await createScene()
    await checkWithPush(scene, {})
    expect(scene.logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { reason: 'bad_signature', mistake: 'no_message' },
    ])
  })

  test('does not count as a check of that URL, and teaches no id', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_ID: '', WECOM_PROVIDER_CORPID: '' } })
    await checkWithPush(scene, { receiveId: 'wwstranger' })
    expect(JSON.stringify(await scene.ask('/api/status'))).not.toContain('wwstranger')
    expect((await scene.ask('/api/events')).items).toEqual([])
  })

  test('is taken all the same when it comes as the push that it is', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    expect((await scene.request(address, { method: 'POST', body })).status).toBe(200)
  })
})

describe('an echo that comes as a push', () => {
  test('is no message, and is kept as everything is that was signed', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene, { message: '1616140317555161061' })
    const answer = await scene.request(address, { method: 'POST', body })
    expect([answer.status, await answer.text()]).toEqual([200, 'success'])
    const { items } = await scene.ask('/api/events')
    expect(items).toMatchObject([{ type: 'unparsed', status: 'dead', corpid: null }])
  })
})
