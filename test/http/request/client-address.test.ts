import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createClientFinder } from '../../../src/http/request/client-address'

const loopback = ['127.0.0.0/8', '::1']

const clientOf = (remoteAddress: string, forwardedFor: string | null, trusted = loopback) =>
  createClientFinder(trusted)(remoteAddress, forwardedFor)

const addressOf = (...parts: Parameters<typeof clientOf>) => clientOf(...parts).address

describe('a client that comes itself', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::1.2.3.4', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['0:0::0:0:0.0.0.0', '0:0:0:0::/64'],
    ['192.000.002.007', '192.0.2.7'],
    ['unknown', 'unknown'],
  ])('from %s is %s', (remoteAddress, address) => {
    expect(clientOf(remoteAddress, null)).toEqual({ address, isProxy: false })
  })

  test('is not who its X-Forwarded-For says', () => {
    expect(clientOf('192.0.2.7', '198.51.100.1')).toEqual({ address: '192.0.2.7', isProxy: false })
    expect(addressOf('::ffff:192.0.2.7', '127.0.0.1')).toBe('192.0.2.7')
  })
})

describe('a client behind a trusted proxy', () => {
  test.each([
    ['alone', '198.51.100.1', '198.51.100.1'],
    ['behind what it wrote itself', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['behind what it made up as local', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['behind a second trusted proxy', '198.51.100.1, 127.0.0.9', '198.51.100.1'],
    ['with a port', '198.51.100.1:50123', '198.51.100.1'],
    ['in brackets', '[2001:db8:0:7::1]:443', '2001:db8:0:7::/64'],
    ['without blanks', '203.0.113.9,198.51.100.1', '198.51.100.1'],
    ['mapped into IPv6', '::ffff:198.51.100.1', '198.51.100.1'],
  ])('is named by it, %s', (_, forwardedFor, address) => {
    for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(clientOf(remoteAddress, forwardedFor)).toEqual({ address, isProxy: false })
    }
  })

  test('is the one that the proxy wrote last, whatever it wrote itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.ipV4(), (lie, address) => {
        fc.pre(!address.startsWith('127.'))
        expect(addressOf('127.0.0.1', `${lie}, ${address}`)).toBe(address)
      }),
    )
  })

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['no address', 'unknown'],
    ['no address any more', '198.51.100.1, '],
    ['a number too large', '198.51.100.256'],
    ['too few numbers', '198.51.100'],
    ['too many groups', '1:2:3:4:5:6:7:8:9'],
    ['two gaps', '1::2::3'],
    ['numbers before a gap', '198.51.100.1::1'],
    ['an IPv4 address in brackets', '[198.51.100.1]:443'],
    ['something endless', '1'.repeat(5000)],
  ])('can’t be told where the header names %s: it is the proxy that is counted', (_, header) => {
    expect(clientOf('127.0.0.1', header)).toEqual({ address: '127.0.0.1', isProxy: true })
  })

  test('that only trusted ones stand before is the furthest of them', () => {
    expect(clientOf('127.0.0.1', '127.0.0.3, 127.0.0.2')).toEqual({
      address: '127.0.0.3',
      isProxy: true,
    })
  })
})

describe('a trusted range', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.0.2.0/25', '192.0.2.127', true],
    ['192.0.2.0/25', '192.0.2.128', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.1/32', '192.0.2.2', false],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::1', '::2', false],
    ['::/0', '203.0.113.1', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ])('%s, and the remote address %s: %p', (range, remoteAddress, trusted) => {
    const { isProxy, address } = clientOf(remoteAddress, '198.51.100.1', [range])
    expect({ isProxy, named: address === '198.51.100.1' }).toEqual({
      isProxy: trusted && range.endsWith('/0'),
      named: trusted,
    })
  })
})
