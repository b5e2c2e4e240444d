import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { encrypt, parseEncodingAesKey } from '../../../src/wecom/callback/crypto'
import { pushBody } from '../../../src/wecom/callback/envelope'
import { createScene, jsonOf, type Scene } from '../../scene'
import { expectRefused, type Refused } from './refused-callback'
import { type CallbackParts, nowSeconds, push, seal } from './sealed-callback'

const otherKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

const seconds = (scene: Scene, offset: number) => String(nowSeconds(scene) + offset)

const staleOrForged: [string, (scene: Scene) => Partial<CallbackParts>, Refused][] = [
  [
    'whose Token is another',
    () => ({ token: 'AnotherToken' }),
    { status: 403, code: 'bad_signature' },
  ],
  [
    'signed a day and a second ago',
    (scene) => ({ timestamp: seconds(scene, -86_401) }),
    { status: 403, code: 'stale_timestamp', logged: { ageSeconds: 86_401 } },
  ],
  [
    'signed more than a day ahead',
    (scene) => ({ timestamp: seconds(scene, 86_401) }),
    { status: 403, code: 'stale_timestamp', logged: { ageSeconds: -86_401 } },
  ],
  [
    'with a timestamp that is no number',
    () => ({ timestamp: 'now' }),
    { status: 403, code: 'stale_timestamp' },
  ],
  [
    'sealed with another EncodingAESKey',
    () => ({ encodingAesKey: otherKey }),
    { status: 400, code: 'undecryptable', logged: { step: 'wrong_padding' } },
  ],
]

describe('a push is refused', () => {
  test.each(staleOrForged)('%s', async (_, change, refused) => {
    const scene = await createScene()
    await expectRefused(scene, await push(scene, change(scene)), refused)
  })

  test.each(['msg_signature', 'timestamp', 'nonce'])('when its %s was changed', async (name) => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    const changed = address.replace(
      new RegExp(`${name}=(.)`),
      (_, first) => `${name}=${first === '1' ? '2' : '1'}`,
    )
    const answer = await scene.request(changed, { method: 'POST', body })
    await expectRefused(scene, answer, { status: 403, code: 'bad_signature' })
  })

  test('when its ciphertext was changed', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    const changed = body.replace(
      /CDATA\[(.)([^\]]*)\]\]><\/Encrypt>/,
      (_, first, rest) => `CDATA[${first === 'A' ? 'B' : 'A'}${rest}]]></Encrypt>`,
    )
    expect(changed).not.toBe(body)
    const answer = await scene.request(address, { method: 'POST', body: changed })
    await expectRefused(scene, answer, { status: 403, code: 'bad_signature' })
  })

  /** Signed rightly, whatever it is that was signed. */
  const pushCiphertext = (scene: Scene, ciphertextFor: (aesKey: Buffer) => string) => {
    const { token, encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
    const aesKey = parseEncodingAesKey(encodingAesKey)!
    const ciphertext = ciphertextFor(aesKey)
    const timestamp = seconds(scene, 0)
    const text = [token, timestamp, 'n', ciphertext].sort().join('')
    const msg_signature = createHash('sha1').update(text).digest('hex')
    const query = new URLSearchParams({ msg_signature, timestamp, nonce: 'n' })
    const body = pushBody(ciphertext, scene.suiteId)
    return scene.request(`/callback/command?${query}`, { method: 'POST', body })
  }

  test.each([
    [
      'is cut off',
      (aesKey: Buffer) => encrypt(aesKey, 'x', 'y', Buffer.alloc(16)).slice(0, 30),
      'wrong_block_length',
    ],
    ['is too short', () => Buffer.from('short').toString('base64'), 'wrong_block_length'],
    ['is random', () => Buffer.alloc(64, 7).toString('base64'), 'wrong_padding'],
  ])('when what was signed %s', async (_, ciphertextFor, step) => {
    const scene = await createScene()
    const answer = await pushCiphertext(scene, ciphertextFor)
    await expectRefused(scene, answer, { status: 400, code: 'undecryptable', logged: { step } })
  })

  test.each([
    ['is empty', ''],
    ['is no XML', 'hello'],
    ['has no Encrypt', '<xml><ToUserName>a</ToUserName></xml>'],
    ['has an empty Encrypt', '<xml><Encrypt></Encrypt></xml>'],
    ['has more in its Encrypt than base64', '<xml><Encrypt>a<b/>c</Encrypt></xml>'],
    ['breaks off', '<xml><Encrypt><![CDATA[abcd'],
    ['is JSON without it', '{"tousername":"a"}'],
    ['is broken JSON', '{"encrypt":"abc'],
  ])('when its outer body %s', async (_, body) => {
    const scene = await createScene()
    const answer = await push(scene, {}, { body })
    await expectRefused(scene, answer, { status: 400, code: 'malformed_xml' })
  })

  test.each([
    ['with its length announced', { 'content-length': String(1024 * 1024 + 1) }],
    ['whatever its length was announced as', { 'content-length': '10' }],
  ])('when its body is larger than 1 MiB, %s', async (_, headers) => {
    const scene = await createScene()
    const body = new Blob(['a'.repeat(1024 * 1024 + 1)]).stream()
    const answer = await push(scene, {}, { body, headers })
    await expectRefused(scene, answer, { status: 413, code: 'body_too_large' })
  })

  test('when its body does not come to an end', async () => {
    const scene = await createScene()
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) })
    const answering = push(scene, {}, { body })
    await scene.clock.advance(10_000)
    const answer = await answering
    await expectRefused(scene, answer, { status: 400, code: 'invalid_request' })
  })
})

describe('a push with exactly 1 MiB', () => {
  test('is read to its end', async () => {
    const scene = await createScene()
    const { address, body } = seal(scene)
    const padded = body.replace('</xml>', `${' '.repeat(1024 * 1024 - body.length)}</xml>`)
    const answer = await scene.request(address, { method: 'POST', body: padded })
    expect(answer.status).toBe(200)
  })
})

describe('the age of a callback', () => {
  test.each([-86_400, 86_400])('may be %i seconds', async (offset) => {
    const scene = await createScene()
    expect((await push(scene, { timestamp: seconds(scene, offset) })).status).toBe(200)
  })

  test('may be anything where the setting is 0', async () => {
    const scene = await createScene({ env: { SUITED_CALLBACK_MAX_AGE_SECONDS: '0' } })
    expect((await push(scene, { timestamp: '1409659589' })).status).toBe(200)
  })

  test('is limited by the setting', async () => {
    const scene = await createScene({ env: { SUITED_CALLBACK_MAX_AGE_SECONDS: '300' } })
    expect((await push(scene, { timestamp: seconds(scene, -300) })).status).toBe(200)
    expect((await push(scene, { timestamp: seconds(scene, -301) })).status).toBe(403)
  })
})

describe('a wrong method', () => {
  test.each([
    ['PUT', '/callback/command', 'GET, POST'],
    ['DELETE', '/callback/data/wpCompany', 'GET, POST'],
    ['POST', '/verify', 'GET'],
    ['PATCH', '/suites/default/orderUrl', 'GET, POST'],
    ['DELETE', '/callback/system', 'GET, POST'],
  ])('is refused with those that are right: %s %s', async (method, path, allow) => {
    const scene = await createScene()
    const answer = await scene.request(path, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
    const { code } = await jsonOf(answer)
    expect(code).toBe('method_not_allowed')
    expect(scene.logs).toContainEqual(expect.objectContaining({ method, path, code }))
  })
})
