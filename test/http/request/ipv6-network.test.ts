import { describe, expect, test } from 'bun:test'
import { adminToken, createScene, type Scene } from '../../scene'

const remoteAddressOf = (request: Request) => request.headers.get('x-remote-address')

const guess = async (scene: Scene, remoteAddress: string, token = 'a-wrong-token') => {
  const headers = { 'x-remote-address': remoteAddress, authorization: `Bearer ${token}` }
  return (await scene.request('/api/status', { headers })).status
}

const forge = async (scene: Scene, remoteAddress: string) => {
  const address = '/callback/command?msg_signature=0&timestamp=1&nonce=2'
  const init = { method: 'POST', headers: { 'x-remote-address': remoteAddress }, body: 'x' }
  return (await scene.request(address, init)).status
}

/** One address of the nth /64 of a /48. */
const neighbour = (at: number, network = '2001:db8:1') => `${network}:${at.toString(16)}::1`

describe('whoever holds an IPv6 /48', () => {
  test('shows 160 wrong admin tokens in ten seconds from all its addresses, and no more', async () => {
    const scene = await createScene({ remoteAddressOf })
    const seen: number[] = []
    for (let at = 0; at < 200; at++) seen.push(await guess(scene, neighbour(at)))
    expect(seen).toEqual([...Array(160).fill(401), ...Array(40).fill(429)])
    expect(await guess(scene, neighbour(500), adminToken)).toBe(429)
    // The next network, and IPv4, are somebody else’s.
    expect(await guess(scene, neighbour(0, '2001:db8:2'), adminToken)).toBe(200)
    expect(await guess(scene, '192.0.2.1', adminToken)).toBe(200)
    await scene.clock.advance(10_000)
    expect(await guess(scene, neighbour(500), adminToken)).toBe(200)
  })

  test('shuts out no neighbour that has shown the right one', async () => {
    const scene = await createScene({ remoteAddressOf })
    expect(await guess(scene, neighbour(7), adminToken)).toBe(200)
    for (let at = 100; at < 300; at++) await guess(scene, neighbour(at))
    expect(await guess(scene, neighbour(7), adminToken)).toBe(200)
  })

  test('has sixteen addresses’ worth of refused callbacks a minute', async () => {
    const scene = await createScene({ remoteAddressOf, env: { SUITED_RATE_LIMIT: '2' } })
    const seen: number[] = []
    for (let at = 0; at < 40; at++) seen.push(await forge(scene, neighbour(at)))
    expect(seen).toEqual([...Array(32).fill(403), ...Array(8).fill(429)])
    expect(await forge(scene, neighbour(0, '2001:db8:2'))).toBe(403)
  })

  test('loses nothing by one address that is over its own limit', async () => {
    const scene = await createScene({ remoteAddressOf, env: { SUITED_RATE_LIMIT: '2' } })
    for (let at = 0; at < 100; at++) await forge(scene, neighbour(1))
    expect(await forge(scene, neighbour(2))).toBe(403)
  })
})

test('IPv4 in IPv6 is counted as the IPv4 address that it is', async () => {
  const scene = await createScene({ remoteAddressOf })
  for (let at = 0; at < 10; at++) await guess(scene, '::ffff:192.0.2.9')
  expect(await guess(scene, '192.0.2.9', adminToken)).toBe(429)
  expect(await guess(scene, '::ffff:c000:0209', adminToken)).toBe(429)
  for (let at = 0; at < 200; at++) await guess(scene, `::ffff:198.51.100.${at}`)
  expect(await guess(scene, '::ffff:192.0.2.10', adminToken)).toBe(200)
})
