import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { createClientFinder } from '../../../src/http/request/client-address'
import { networkAround, networkOf } from '../../../src/http/request/client-network'

test.each([
  ['101.89.1.7', '101.89.1.0/24', null],
  ['::ffff:101.89.1.7', '101.89.1.0/24', null],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1::/48'],
  ['::1', '0:0:0::/48', '0:0:0::/48'],
  ['fe80::7', 'fe80:0:0::/48', 'fe80:0:0::/48'],
  ['no address', 'unknown', null],
])('%s belongs to the network %s, and around it is %s', (remoteAddress, network, around) => {
  const client = createClientFinder([])(remoteAddress, null)
  expect(networkOf(client)).toBe(network)
  expect(networkAround(client.address)).toBe(around)
})

test('around a text that is no address of ours there is no network', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.endsWith('::/64'))
      expect(networkAround(text)).toBeNull()
    }),
  )
})

test('who came over no network belongs to none', () => {
  expect(networkOf(null)).toBeNull()
})
