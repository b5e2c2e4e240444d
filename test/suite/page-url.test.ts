import { describe, expect, test } from 'bun:test'
import { createPageUrlParser, notEncodedBecause, trustedDomainOf } from '../../src/suite/page-url'

describe('a raw query', () => {
  test.each([
    ['url=https://a.example/?x=1&y=2'],
    ['?url=https://a.example/?x=1&y=2'],
    ['corpid=c&url=https://a.example/?x=1&corpid=c'],
    ['corpid=c&url=https://a.example/?x=1&url=2'],
    ['url=https://a.example/?x=1&y'],
  ])('is torn apart: %s', (search) => {
    expect(notEncodedBecause(search)).toBeString()
  })

  test.each([
    [''],
    ['?'],
    ['corpid=c'],
    ['corpid=c&url=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2'],
    ['corpid=c&url=https%3A%2F%2Fa.example%2F%3Fx%3D1&y=2'],
    ['corpid=c&url=https://a.example/&y=2'],
    ['corpid=c&url=https://a.example/?x=1'],
    ['y=2&corpid=c&url=https://a.example/?x=1'],
    ['url=https://a.example/?x=1&corpid=c&type=config'],
    ['url=https://a.example/?x=1&'],
    ['curl=https://a.example/?x=1&y=2'],
  ])('is whole: %s', (search) => {
    expect(notEncodedBecause(search)).toBeNull()
  })
})

describe('the address of a page', () => {
  const parsePageUrl = createPageUrlParser()

  test.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example/#', 'https://a.example/'],
    ['https://a.example/x?y=1#z', 'https://a.example/x?y=1'],
    ['http://a.example:8080/%E4%B8%AD', 'http://a.example:8080/%E4%B8%AD'],
    ['https://[::1]/', 'https://[::1]/'],
  ])('%s is signed as %s', (url, signed) => {
    expect(parsePageUrl(url)).toMatchObject({ ok: true, value: { address: signed } })
  })

  test.each([
    ['', 'missing'],
    ['https://a.example/a b', 'not_encoded'],
    ['https://a.example/\u4e2d', 'not_encoded'],
    ['https://a.example/\t', 'not_encoded'],
    ['https://a.example/\u007f', 'not_encoded'],
    ['a.example', 'not_http'],
    ['//a.example', 'not_http'],
    ['ftp://a.example', 'not_http'],
    ['https:/a.example', 'not_http'],
    ['https://', 'not_http'],
    ['https:///path', 'not_http'],
    ['https://\\a.example', 'not_http'],
    ['https://a.example:99999/', 'not_http'],
  ])('%p is refused: %s', (url, kind) => {
    expect(parsePageUrl(url)).toMatchObject({ ok: false, reason: { kind } })
  })
})

describe('the trusted domain of an address', () => {
  test.each([
    ['https://a.example/', ['b.example', 'a.example'], 'a.example'],
    ['https://A.EXAMPLE/', ['a.example'], 'a.example'],
    ['https://a.example:8443/', ['a.example'], 'a.example'],
    ['https://a.example:8443/', ['a.example:8443'], 'a.example:8443'],
    ['https://a.example/', ['a.example:8443'], null],
    ['https://b.a.example/', ['a.example'], null],
    ['https://a.example.b/', ['a.example'], null],
    ['https://a.example@b.example/', ['a.example'], null],
    ['https://a.example/', [], null],
  ])('%s among %p is %p', (url, domains, domain) => {
    expect(trustedDomainOf(new URL(url), domains)).toBe(domain)
  })
})
