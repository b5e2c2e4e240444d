import { describe, expect, test } from 'bun:test'
import { alwaysReadBytes, createBodyBudget } from '../../../src/http/request/body-budget'
import { createScene, jsonOf, type Scene } from '../../scene'
import { nowSeconds, push } from '../wecom/sealed-callback'

const mib = 1024 * 1024
const kib = 1024

const setUp = () => {
  const budget = createBodyBudget({
    clientOf: ({ headers }) => ({ address: headers.get('x-remote-address') ?? '', isProxy: false }),
  })
  return (remoteAddress: string) =>
    budget.roomFor(
      new Request('http://localhost/', { headers: { 'x-remote-address': remoteAddress } }),
    )
}

const refusal = expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 10 })

describe('room for bodies', () => {
  test('is 8 MiB for one address and 32 MiB for all', () => {
    const roomOf = setUp()
    for (let at = 0; at < 8; at++) roomOf('a').claim(mib)
    expect(() => roomOf('a').claim(mib)).toThrow(refusal)
    for (const remoteAddress of ['b', 'c', 'd'])
      for (let at = 0; at < 8; at++) roomOf(remoteAddress).claim(mib)
    expect(() => roomOf('e').claim(mib)).toThrow(refusal)
  })

  test('is always there for what is no larger than WeCom’s, and that takes none from others', () => {
    const roomOf = setUp()
    for (let at = 0; at < 10_000; at++) roomOf('a').claim(alwaysReadBytes)
    for (let at = 0; at < 8; at++) roomOf('a').claim(mib)
    roomOf('a').claim(alwaysReadBytes)
    expect(() => roomOf('a').claim(alwaysReadBytes + 1)).toThrow(refusal)
  })

  test('is given back whole, once, and with it its address is forgotten', () => {
    const roomOf = setUp()
    for (let round = 0; round < 100; round++) {
      const rooms = Array.from({ length: 8 }, () => roomOf('a'))
      for (const room of rooms) room.claim(mib)
      for (const room of rooms) {
        room.release()
        room.release()
      }
    }
    const last = roomOf('a')
    last.claim(8 * mib)
    expect(() => roomOf('a').claim(17 * kib)).toThrow(refusal)
  })

  test('grows with a body that comes piece by piece, and is counted once', () => {
    const roomOf = setUp()
    const growing = roomOf('a')
    for (let bytes = kib; bytes <= 8 * mib; bytes += kib) growing.claim(bytes)
    expect(() => growing.claim(8 * mib + 1)).toThrow(refusal)
    growing.claim(mib)
    growing.release()
    roomOf('a').claim(8 * mib)
  })
})

/** A body that never ends; its first piece has these bytes. */
const endless = (bytes: number) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(bytes).fill(97)),
  })

const wellShaped = (scene: Scene) =>
  `msg_signature=${'0'.repeat(40)}&timestamp=${nowSeconds(scene)}&nonce=2`

/** So many requests without a key, each with a body under way. */
const besiege = (scene: Scene, times: number, path: string, announced: number | null) =>
  Array.from({ length: times }, () =>
    scene.request(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(announced !== null && { 'content-length': String(announced) }),
      },
      body: endless(announced === null ? mib - 1 : 10),
    }),
  )

const remoteAddressOf = () => '198.51.100.1'

describe('large bodies of strangers', () => {
  test.each([
    ['with their length announced', mib - 1],
    ['in chunks', null],
  ])(
    'are refused at once where there is no room, %s, and pushes are taken',
    async (_, announced) => {
      const scene = await createScene({ remoteAddressOf })
      const path = `/callback/command?${wellShaped(scene)}`
      const answers = besiege(scene, 20, path, announced)
      const refused = await Promise.all(answers.slice(8))
      for (const answer of refused) {
        expect(answer.status).toBe(503)
        expect(answer.headers.get('retry-after')).toBe('10')
        expect(answer.headers.get('connection')).toBe('close')
        expect(await jsonOf(answer)).toMatchObject({ code: 'overloaded' })
      }
      expect((await push(scene)).status).toBe(200)
      await scene.clock.advance(10_000)
      const late = await Promise.all(answers.slice(0, 8))
      expect(late.map(({ status }) => status)).toEqual(Array(8).fill(400))
      // And then there is room again.
      const [next] = besiege(scene, 1, path, announced)
      await scene.settle()
      await scene.clock.advance(10_000)
      expect((await next!).status).toBe(400)
    },
  )

  test('to /sign share that room', async () => {
    const scene = await createScene({ remoteAddressOf })
    const answers = besiege(scene, 140, '/sign', 64 * kib)
    const refused = await Promise.all(answers.slice(128))
    expect(refused.map(({ status }) => status)).toEqual(Array(12).fill(503))
    await scene.clock.advance(10_000)
    await Promise.all(answers)
  })
})

describe('a push is refused before its body is read', () => {
  test.each([
    ['whose signature is short', { msg_signature: '0' }, 'bad_signature'],
    ['whose signature is no hex', { msg_signature: 'z'.repeat(40) }, 'bad_signature'],
    ['whose signature is long', { msg_signature: 'a'.repeat(41) }, 'bad_signature'],
    ['whose timestamp is no number', { timestamp: 'now' }, 'stale_timestamp'],
    ['whose timestamp is huge', { timestamp: '9'.repeat(40) }, 'stale_timestamp'],
    ['whose nonce is endless', { nonce: 'n'.repeat(300) }, 'bad_signature'],
  ])('%s', async (_, change, code) => {
    const scene = await createScene()
    const query = new URLSearchParams(wellShaped(scene))
    for (const [name, value] of Object.entries(change)) query.set(name, value)
    // The clock stands still: whoever waited for the end of the body would wait for ever.
    const answer = await scene.request(`/callback/command?${query}`, {
      method: 'POST',
      body: endless(10),
    })
    expect([answer.status, (await jsonOf(answer)).code]).toEqual([403, code])
  })
})
