import { expect, test } from 'bun:test'
import { createClientFinder } from '../../../src/http/request/client-address'
import { networkOf } from '../../../src/http/request/client-network'

test.each([
  ['101.89.1.7', '101.89.1.0/24'],
  ['::ffff:101.89.1.7', '101.89.1.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['::1', '0:0:0::/48'],
  ['no address', 'unknown'],
])('the network of %s is %s', (remoteAddress, network) => {
  const find = createClientFinder([])
  expect(networkOf(find(remoteAddress, null))).toBe(network)
})

test('who came over no network belongs to none', () => {
  expect(networkOf(null)).toBeNull()
})
