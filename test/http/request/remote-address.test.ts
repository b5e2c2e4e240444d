import { describe, expect, test } from 'bun:test'
import { createPeers } from '../../../src/http/request/remote-address'

const request = () => new Request('http://gw.example.com/')
const server = (address: string | null) => ({
  requestIP: () => (address === null ? null : { address, port: 40000, family: 'IPv4' as const }),
})

describe('the other end of a request’s connection', () => {
  test('is known while the request is answered', () => {
    const peers = createPeers()
    const asked = request()
    peers.note(asked, server('192.0.2.1'))
    expect(peers.of(asked)).toBe('192.0.2.1')
  })

  test('is known for longer where the answer takes longer, whoever comes meanwhile', () => {
    const peers = createPeers()
    const slow = request()
    peers.note(slow, server('192.0.2.1'))
    peers.keep(slow, server('192.0.2.1'))
    peers.note(request(), server('192.0.2.2'))
    expect(peers.of(slow)).toBe('192.0.2.1')
  })

  test('is never taken for another’s', () => {
    const peers = createPeers()
    const before = request()
    peers.note(before, server('192.0.2.1'))
    peers.note(request(), server('192.0.2.2'))
    expect(peers.of(before)).toBeNull()
  })

  test('is unknown once it has hung up', () => {
    const peers = createPeers()
    const asked = request()
    peers.note(asked, server(null))
    expect(peers.of(asked)).toBe('unknown')
  })

  test('is nobody where the request came over no network', () => {
    expect(createPeers().of(request())).toBeNull()
  })
})
