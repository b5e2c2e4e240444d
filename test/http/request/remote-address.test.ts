import { describe, expect, test } from 'bun:test'
import { createRemoteAddresses } from '../../../src/http/request/remote-address'

const request = () => new Request('http://gw.example.com/')
const server = (address: string | null) => ({
  requestIP: () => (address === null ? null : { address, port: 40000, family: 'IPv4' as const }),
})

describe('the other end of a request’s connection', () => {
  test('is known while the request is answered', () => {
    const remoteAddresses = createRemoteAddresses()
    const asked = request()
    remoteAddresses.setCurrent(asked, server('192.0.2.1'))
    expect(remoteAddresses.of(asked)).toBe('192.0.2.1')
  })

  test('is known for longer where the answer takes longer, whoever comes meanwhile', () => {
    const remoteAddresses = createRemoteAddresses()
    const slow = request()
    remoteAddresses.setCurrent(slow, server('192.0.2.1'))
    remoteAddresses.remember(slow, server('192.0.2.1'))
    remoteAddresses.setCurrent(request(), server('192.0.2.2'))
    expect(remoteAddresses.of(slow)).toBe('192.0.2.1')
  })

  test('is never taken for another’s', () => {
    const remoteAddresses = createRemoteAddresses()
    const before = request()
    remoteAddresses.setCurrent(before, server('192.0.2.1'))
    remoteAddresses.setCurrent(request(), server('192.0.2.2'))
    expect(remoteAddresses.of(before)).toBeNull()
  })

  test('is unknown once it has hung up', () => {
    const remoteAddresses = createRemoteAddresses()
    const asked = request()
    remoteAddresses.setCurrent(asked, server(null))
    expect(remoteAddresses.of(asked)).toBe('unknown')
  })

  test('is nobody where the request came over no network', () => {
    expect(createRemoteAddresses().of(request())).toBeNull()
  })
})
