import { describe, expect, test } from 'bun:test'
import { isPublicAddress, type Reach, refusalOf } from '../../../src/delivery/send/address'
import { judgeEndpointUrl } from '../../../src/delivery/send/endpoint-url'

const told = (url: string, reach: Reach): string => {
  const judged = judgeEndpointUrl(url, reach)
  return judged.ok ? 'taken' : judged.reason
}

describe('an address', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '172.32.0.1',
    '192.0.1.1',
    '2606:4700::1111',
    '2a00::1',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
    expect(refusalOf(address, 'public', false)).toBeNull()
  })

  test.each([
    ['0.0.0.0', 'this machine'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'of a carrier'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['172.16.0.1', 'private'],
    ['192.0.0.8', 'of protocols'],
    ['192.0.2.1', 'for documents'],
    ['192.88.99.1', 'a relay of 6to4'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'for benchmarks'],
    ['198.51.100.7', 'for documents'],
    ['203.0.113.7', 'for documents'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'this machine'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4 in IPv6, compatible'],
    ['::7f00:1', 'the same in hex'],
    ['::ffff:127.0.0.1', 'IPv4 in IPv6, mapped'],
    ['::ffff:7f00:1', 'the same in hex'],
    ['0:0:0:0:0:ffff:7f00:0001', 'the same in full'],
    ['::ffff:8.8.8.8', 'mapped, whatever it leads to'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::1', 'NAT64 of a network of its own'],
    ['100::1', 'for nothing'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'for documents'],
    ['2002:7f00:1::', '6to4'],
    ['3fff::1', 'for documents'],
    ['5f00::1', 'of segment routing'],
    ['fc00::1', 'private'],
    ['fd12::1', 'private'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
  ])('%s is not: it is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
    expect(refusalOf(address, 'public', false)).toBe('private_address')
    expect(refusalOf(address, 'private', false)).toBeNull()
  })

  test.each([
    '169.254.169.254',
    '169.254.0.23',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fe80::1',
    'FE80::1',
    'febf::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::ffff:100.100.100.200',
  ])('%s is link-local or the metadata of a cloud: nobody resolves to it', (address) => {
    expect(isPublicAddress(address)).toBe(false)
    for (const reach of ['public', 'private', 'named'] as const) {
      expect(refusalOf(address, reach, false)).toBe('link_local_address')
    }
    expect(refusalOf(address, 'private', true)).toBe('link_local_address')
    expect(refusalOf(address, 'named', true)).toBeNull()
  })

  test('is none where it is anything else', () => {
    for (const text of ['', 'no address', '127.0.0.1:80', '1.2.3', '[::1]'])
      expect(isPublicAddress(text)).toBe(false)
  })
})

describe('the URL of an endpoint', () => {
  test.each([
    'https://crm.example.com/hook',
    'https://crm.example.com:8443/hook?team=1',
    'https://8.8.8.8/hook',
    'https://[2606:4700::1111]/hook',
    'https://信息.example.com/hook',
    'https://localhost.example.com/hook',
  ])('%s is taken', (url) => expect(told(url, 'public')).toBe('taken'))

  test.each([
    ['https://localhost/', 'its name'],
    ['https://LOCALHOST/', 'in capitals'],
    ['https://localhost./', 'with a dot'],
    ['https://app.localhost./', 'below it'],
    ['https://printer.local/', 'of the local network'],
    ['https://nas.home.arpa/', 'of a home'],
    ['https://metadata.google.internal/', 'of a cloud'],
    ['https://127.0.0.1/', 'as it is'],
    ['https://127.0.0.1./', 'with a dot'],
    ['https://2130706433/', 'as one number'],
    ['https://017700000001/', 'as one octal number'],
    ['https://0x7f000001/', 'as one hex number'],
    ['https://0177.0.0.1/', 'octal'],
    ['https://0x7f.0.0.1/', 'hex'],
    ['https://127.1/', 'short'],
    ['https://127.0.1/', 'less short'],
    ['https://0/', 'as nothing'],
    ['https://0.0.0.0/', 'as every address of this machine'],
    ['https://①②⑦.⓪.⓪.①/', 'in circled digits'],
    ['https://１２７.０.０.１/', 'in wide digits'],
    ['https://127。0。0。1/', 'with ideographic dots'],
    ['https://%31%32%37.0.0.1/', 'in escapes'],
    ['https://10.0.0.1/', 'private'],
    ['https://3232235777/', 'private as one number'],
    ['https://[::]/', 'IPv6 as nothing'],
    ['https://[::1]/', 'IPv6'],
    ['https://[0000::0001]/', 'IPv6 in full'],
    ['https://[::127.0.0.1]/', 'IPv4 in IPv6, compatible'],
    ['https://[::ffff:127.0.0.1]/', 'IPv4 in IPv6, mapped'],
    ['https://[::ffff:7f00:1]/', 'the same in hex'],
    ['https://[64:ff9b::a00:1]/', 'NAT64'],
    ['https://[2002:7f00:1::]/', '6to4'],
    ['https://[fd12::1]/', 'private IPv6'],
  ])('%s leads to no public address (%s), and is taken where private ones are', (url) => {
    expect(told(url, 'public')).toContain('not public')
    expect(told(url, 'private')).toBe('taken')
  })

  test.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://169.254.43518/',
    'https://[fe80::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fd00:ec2::254]/',
    'https://100.100.100.200/',
  ])('%s is for the settings alone to name', (url) => {
    expect(told(url, 'public')).toContain('link-local')
    expect(told(url, 'private')).toContain('link-local')
    expect(told(url, 'named')).toBe('taken')
  })

  test.each([
    ['http://crm.example.com/hook', 'https'],
    ['ftp://crm.example.com/', 'https'],
    ['file:///etc/passwd', 'https'],
    ['https://user:secret@crm.example.com/', 'user'],
    ['https://crm.example.com@127.0.0.1/', 'user'],
    ['https://crm.example.com:443@127.0.0.1/', 'user'],
    ['https://127.0.0.1#@crm.example.com/', 'fragment'],
    ['https://crm.example.com/#part', 'fragment'],
    ['https://crm.example.com\\@evil.example.com/', 'backslash'],
    ['https:\\\\127.0.0.1/', 'backslash'],
    ['https://crm.example.com/ x', 'blanks'],
    ['https://127.0.0.1\t.example.com/', 'blanks'],
    ['https://crm.example.com/\u0000', 'control'],
    ['https://[fe80::1%25eth0]/', 'no URL'],
    ['https://256.0.0.1/', 'no URL'],
    ['https://[::ffff:127.0.0.1/', 'no URL'],
    ['//crm.example.com/', 'no URL'],
    ['crm.example.com', 'no URL'],
    ['', 'no URL'],
    [`https://crm.example.com/${'x'.repeat(2048)}`, '2048'],
  ])('%j is refused, and told why', (url, word) => expect(told(url, 'public')).toContain(word))

  test('may be plain where private addresses are allowed', () => {
    expect(told('http://127.0.0.1:3000/hook', 'private')).toBe('taken')
  })
})
