import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { adminToken, createScene, jsonOf, type Scene } from '../../scene'
import { createKey } from './create-key'

const remoteAddressOf = (request: Request) => request.headers.get('x-remote-address')

const guarded = () => createScene({ remoteAddressOf })

const show = (scene: Scene, remoteAddress: string, token = adminToken, path = '/api/status') =>
  scene.request(path, {
    headers: { 'x-remote-address': remoteAddress, authorization: `Bearer ${token}` },
  })

let guesses = 0
const guess = async (scene: Scene, remoteAddress: string) => {
  const answer = await show(scene, remoteAddress, `a-wrong-token-${++guesses}`)
  return answer.status
}

const guessTimes = async (scene: Scene, times: number, remoteAddress: string) => {
  const seen: number[] = []
  for (let i = 0; i < times; i++) seen.push(await guess(scene, remoteAddress))
  return seen
}

const stranger = '198.51.100.1'
const operator = '192.0.2.1'
const proxy = '127.0.0.1'
const slowed = [...Array(10).fill(401), 429, 429]

describe('wrong admin tokens', () => {
  test('of one address are slowed after ten: it is told when to come again', async () => {
    const scene = await guarded()
    expect(await guessTimes(scene, 12, stranger)).toEqual(slowed)
    const answer = await show(scene, stranger, 'another-wrong-one')
    expect(await jsonOf(answer)).toMatchObject({ code: 'too_many_requests' })
    expect(answer.headers.get('retry-after')).toBe('10')
    await scene.clock.advance(10 * secondMs)
    expect(await guessTimes(scene, 12, stranger)).toEqual(slowed)
  })

  test('count on every route that takes one, readiness too', async () => {
    const scene = await guarded()
    for (const path of ['/api/corps', '/api/events', '/readyz', '/api/export', '/api/setup']) {
      for (let i = 0; i < 2; i++) await show(scene, stranger, 'a-wrong-token', path)
    }
    expect(await guess(scene, stranger)).toBe(429)
    const ready = await show(scene, stranger, adminToken, '/readyz')
    expect([ready.status, await jsonOf(ready)]).toEqual([200, { status: 'ready' }])
  })

  test('are told in the log once, and never shown', async () => {
    const scene = await guarded()
    await guessTimes(scene, 50, stranger)
    const warned = scene.logs.filter(({ level }) => level === 'warn')
    expect(warned).toMatchObject([{ address: stranger, retryAfterSeconds: 10 }])
    expect(JSON.stringify(scene.logs)).not.toContain('a-wrong-token')
  })

  test('are not those that weren’t shown', async () => {
    const scene = await guarded()
    const bare = () => scene.request('/api/status', { headers: { 'x-remote-address': stranger } })
    for (let i = 0; i < 50; i++) expect((await bare()).status).toBe(401)
    expect(await guess(scene, stranger)).toBe(401)
  })

  test('of an address over its number are not looked at: a right one among them isn’t found', async () => {
    const scene = await guarded()
    await guessTimes(scene, 10, stranger)
    expect((await show(scene, stranger)).status).toBe(429)
  })
})

describe('the right admin token, while a stranger guesses', () => {
  test('opens from any other address', async () => {
    const scene = await guarded()
    await guessTimes(scene, 500, stranger)
    expect((await show(scene, operator)).status).toBe(200)
  })

  test('opens from the stranger’s own address if it was shown from there before', async () => {
    const scene = await guarded()
    await show(scene, operator)
    expect(await guessTimes(scene, 12, operator)).toEqual(slowed)
    expect((await show(scene, operator)).status).toBe(200)
    expect(await guess(scene, operator)).toBe(429)
  })

  test('isn’t found by guesses of whoever has a key alone', async () => {
    const scene = await guarded()
    const key = await createKey(scene, 'partner', { scopes: ['read'] })
    expect((await show(scene, stranger, key)).status).toBe(200)
    await guessTimes(scene, 10, stranger)
    expect((await show(scene, stranger)).status).toBe(429)
    expect((await show(scene, stranger, key)).status).toBe(200)
  })

  test('opens from it ten seconds later if it wasn’t', async () => {
    const scene = await guarded()
    await guessTimes(scene, 50, stranger)
    await scene.clock.advance(10 * secondMs)
    expect((await show(scene, stranger)).status).toBe(200)
  })

  test('opens behind a proxy that names nobody, and for whoever is on the machine itself', async () => {
    const scene = await guarded()
    expect(await guessTimes(scene, 12, proxy)).toEqual(slowed)
    expect((await show(scene, proxy)).status).toBe(200)
  })

  test('opens from a new address, however many others guess', async () => {
    const scene = await guarded()
    for (let i = 0; i < 30; i++) await guessTimes(scene, 10, `203.0.113.${i}`)
    // Together they are over what all may: from now on each address has one wrong token.
    expect(await guessTimes(scene, 3, '203.0.113.99')).toEqual([401, 429, 429])
    expect((await show(scene, operator)).status).toBe(200)
    await scene.clock.advance(10 * secondMs)
    expect(await guessTimes(scene, 2, '203.0.113.99')).toEqual([401, 401])
  })

  test('of one stranger’s guesses only those that are looked at count for all', async () => {
    const scene = await guarded()
    await guessTimes(scene, 1000, stranger)
    expect(await guessTimes(scene, 12, '203.0.113.5')).toEqual(slowed)
  })
})
