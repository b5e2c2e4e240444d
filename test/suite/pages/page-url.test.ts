import { describe, expect, test } from 'bun:test'
import {
  createPageUrlParser,
  holdsPlaceholder,
  trustedDomainOf,
} from '../../../src/suite/pages/page-url'

describe('the address of a page', () => {
  const parsePageUrl = createPageUrlParser()

  test.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example/#', 'https://a.example/'],
    ['https://a.example/x?y=1#z', 'https://a.example/x?y=1'],
    ['http://a.example:8080/%E4%B8%AD', 'http://a.example:8080/%E4%B8%AD'],
    ['https://[::1]/', 'https://[::1]/'],
    ['https://a.example/app#/客户', 'https://a.example/app'],
    ['https://a.example/app# b', 'https://a.example/app'],
    ['https://a.example/#\u0000\ud800', 'https://a.example/'],
    ['https://a.example/?x=1#?corpid=$CORPID$&amp;y', 'https://a.example/?x=1'],
    ['https://a.example/?x=1&#380', 'https://a.example/?x=1&'],
    ['https://a.example/?x=1#a&#38;b', 'https://a.example/?x=1'],
    ['https://a.example/?x=100%', 'https://a.example/?x=100%'],
    ['https://a.example/?x=%26amp%3B', 'https://a.example/?x=%26amp%3B'],
    ['https://a.example/https%3A%2F%2Fb', 'https://a.example/https%3A%2F%2Fb'],
    ['https://a.example/?CORPID=1$', 'https://a.example/?CORPID=1$'],
  ])('%s is signed as %s', (url, signed) => {
    expect(parsePageUrl(url)).toMatchObject({ ok: true, value: { address: signed } })
  })

  test.each([
    ['', 'missing'],
    ['https://a.example/a b', 'not_encoded'],
    ['https://a.example/\u4e2d', 'not_encoded'],
    ['https://a.example/\t', 'not_encoded'],
    ['https://a.example/\u007f', 'not_encoded'],
    ['https://a.example/a b#c', 'not_encoded'],
    ['https://a.example/\u4e2d#', 'not_encoded'],
    ['#', 'not_http'],
    ['https%3A%2F%2Fa.example%2F', 'encoded_twice'],
    ['http%3a%2f%2fa.example', 'encoded_twice'],
    ['https:%2F%2Fa.example/', 'encoded_twice'],
    ['https%253A%252F%252Fa.example%252F', 'encoded_twice'],
    ['https%3A//a.example/', 'encoded_twice'],
    ['https://a.example/?a=1&amp;b=2', 'escaped_for_html'],
    ['https://a.example/&amp;#top', 'escaped_for_html'],
    ['https://a.example/?a=1&#38;b=2', 'escaped_for_html'],
    ['https://a.example/?a=1&#x26;b=2', 'escaped_for_html'],
    ['https://a.example/?a=1&#038;b=2', 'escaped_for_html'],
    ['https://a.example/?corpid=$CORPID$', 'placeholder'],
    ['https://a.example/?corpid=%24CORPID%24&x=1', 'placeholder'],
    ['https://a.example/$CORPID$/', 'placeholder'],
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
    ['https://a.example/', ['a.example:443'], 'a.example:443'],
    ['https://a.example:443/', ['a.example:443'], 'a.example:443'],
    ['https://a.example:443/', ['a.example'], 'a.example'],
    ['https://a.example:8443/', ['a.example:443'], null],
    ['http://a.example/', ['a.example:443'], null],
    ['http://a.example/', ['a.example:80'], 'a.example:80'],
    ['http://a.example:443/', ['a.example:443'], 'a.example:443'],
    ['https://a.example:80/', ['a.example:80'], 'a.example:80'],
    ['https://[::1]/', ['[::1]'], '[::1]'],
    ['https://[::1]:8443/', ['[::1]:8443'], '[::1]:8443'],
    ['https://例子.中国/', ['xn--fsqu00a.xn--fiqs8s'], 'xn--fsqu00a.xn--fiqs8s'],
    ['https://b.a.example/', ['a.example'], null],
    ['https://a.example.b/', ['a.example'], null],
    ['https://a.example@b.example/', ['a.example'], null],
    ['https://a.example/', [], null],
  ])('%s among %p is %p', (url, domains, domain) => {
    expect(trustedDomainOf(new URL(url), domains)).toBe(domain)
  })
})

describe('the placeholder of a company’s id', () => {
  test.each(['$CORPID$', 'a$CORPID$', '%24CORPID%24', '$CORPID%24'])('is seen in %s', (text) => {
    expect(holdsPlaceholder(text)).toBe(true)
  })

  test.each(['', 'wpCorpA', 'CORPID', '$CORPID', '$corpid$', '$APPID$'])('is not in %p', (text) => {
    expect(holdsPlaceholder(text)).toBe(false)
  })
})
