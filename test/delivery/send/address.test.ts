import { describe, expect, test } from 'bun:test'
import { isPublicAddress } from '../../../src/delivery/send/address'
import { judgeEndpointUrl } from '../../../src/delivery/send/endpoint-url'

describe('an address', () => {
  test.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '2a00::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'no address',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('the URL of an endpoint', () => {
  test.each([
    'https://crm.example.com/hook',
    'https://crm.example.com:8443/hook?team=1',
    'https://8.8.8.8/hook',
  ])('%s is taken', (url) => expect(judgeEndpointUrl(url, false).ok).toBe(true))

  test.each([
    ['http://crm.example.com/hook', 'https'],
    ['ftp://crm.example.com/', 'https'],
    ['https://user:secret@crm.example.com/', 'user'],
    ['https://crm.example.com/#part', 'fragment'],
    ['https://crm.example.com\\@evil.example.com/', 'backslash'],
    ['https://crm.example.com/ x', 'blanks'],
    ['crm.example.com', 'no URL'],
    ['https://localhost/', 'not public'],
    ['https://app.localhost./', 'not public'],
    ['https://127.0.0.1/', 'not public'],
    ['https://2130706433/', 'not public'],
    ['https://0x7f000001/', 'not public'],
    ['https://0177.0.0.1/', 'not public'],
    ['https://127.1/', 'not public'],
    ['https://[::1]/', 'not public'],
    ['https://[::ffff:7f00:1]/', 'not public'],
    ['https://[64:ff9b::a00:1]/', 'not public'],
    ['https://169.254.169.254/latest/meta-data/', 'not public'],
    ['https://metadata.google.internal/', 'not public'],
    ['https://①②⑦.⓪.⓪.①/', 'not public'],
    [`https://crm.example.com/${'x'.repeat(2048)}`, '2048'],
  ])('%s is refused, and told why', (url, word) => {
    const judged = judgeEndpointUrl(url, false)
    expect(judged.ok ? 'taken' : judged.reason).toContain(word)
  })

  test('may be private and plain where the operator says so', () => {
    expect(judgeEndpointUrl('http://127.0.0.1:3000/hook', true).ok).toBe(true)
  })
})
