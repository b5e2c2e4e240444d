import { describe, expect, test } from 'bun:test'
import type { Reach } from '../../../src/delivery/send/address'
import { findTarget, urlAt } from '../../../src/delivery/send/target'
import { EndedEarly } from '../../../src/delivery/send/time-limit'

const url = 'https://crm.example.com:8443/hook?team=1'

const found = async (
  addresses: readonly string[],
  changes: { url?: string; reach?: Reach } = {},
) => {
  const target = await findTarget(
    changes.url ?? url,
    changes.reach ?? 'public',
    async () => addresses,
  )
  return target.ok ? target.value.addresses : target.reason.split(':')[0]
}

const failing = async (error: Error) => {
  const target = await findTarget(url, 'public', () => Promise.reject(error))
  return target.ok ? '' : target.reason
}

describe('the target of an attempt', () => {
  test('has all addresses of its host, in the resolver’s order', async () => {
    expect(await found(['8.8.8.8', '2a00::1'])).toEqual(['8.8.8.8', '2a00::1'])
  })

  test('is none where one of them is refused, whichever it is', async () => {
    expect(await found(['10.0.0.1', '8.8.8.8'])).toBe('private_address')
    expect(await found(['8.8.8.8', '10.0.0.1'])).toBe('private_address')
    expect(await found(['8.8.8.8', '::ffff:8.8.4.4'])).toBe('private_address')
    expect(await found(['8.8.8.8', '169.254.169.254'])).toBe('link_local_address')
  })

  test('may have private addresses where the endpoint may, and no link-local one', async () => {
    expect(await found(['10.0.0.1', '8.8.8.8'], { reach: 'private' })).toHaveLength(2)
    for (const reach of ['private', 'named'] as const) {
      expect(await found(['10.0.0.1', 'fe80::1'], { reach })).toBe('link_local_address')
    }
  })

  test('is a link-local address that the settings name in its place, and no other way', async () => {
    const named = 'http://169.254.1.5:3000/hook'
    expect(await found([], { url: named, reach: 'named' })).toEqual(['169.254.1.5'])
    expect(await found([], { url: named, reach: 'private' })).toBe('link_local_address')
  })

  test('asks no resolver about an address, bracketed or not', async () => {
    const asked: string[] = []
    const resolve = async (host: string) => {
      asked.push(host)
      return ['8.8.8.8']
    }
    for (const given of ['https://8.8.4.4/', 'https://[2a00::1]/']) {
      expect((await findTarget(given, 'public', resolve)).ok).toBe(true)
    }
    expect(asked).toEqual([])
  })

  test('is none without an address, and what is no address counts for nothing', async () => {
    expect(await found([])).toBe('dns')
    expect(await found(['evil.example.com'])).toBe('dns')
  })

  test('stands in the host’s place, with the rest of the URL as it was', async () => {
    const target = await findTarget(url, 'public', async () => ['8.8.8.8', '2a00::1'])
    if (!target.ok) throw new Error(target.reason)
    expect(target.value.addresses.map((address) => urlAt(target.value, address))).toEqual([
      'https://8.8.8.8:8443/hook?team=1',
      'https://[2a00::1]:8443/hook?team=1',
    ])
  })

  test('is told apart from a name that is not found, a resolver that fails, and one that hangs', async () => {
    const withCode = (code: string) => Object.assign(new Error('secret'), { code })
    expect(await failing(withCode('ENOTFOUND'))).toBe(
      'dns: the name of its host is not found in DNS',
    )
    expect(await failing(withCode('EWHATEVER'))).toBe('dns: the resolver of this machine fails')
    expect(await failing(new EndedEarly('dns_timeout: no answer'))).toBe('dns_timeout: no answer')
  })
})
