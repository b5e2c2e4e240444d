import { expect, test } from 'bun:test'
import { createCookieJar } from '../../../src/simulator/phone/cookie-jar'

const site = new URL('https://app.example.com/login/done?x=1')
const nowMs = 1_700_000_000_000

/** What a jar that got these headers at `site` sends to an address. */
const sent = (headers: string[], to = 'https://app.example.com/login/done', from = site) => {
  const jar = createCookieJar()
  jar.keep(headers, from, nowMs)
  return jar.headerFor(new URL(to), nowMs, false)
}

test('values come back as they were', () => {
  expect(sent(['a=b%2F=="; HttpOnly', 'c=; Path=/'])).toBe('a=b%2F=="; c=')
})

test.each<[string, string, string, string | null]>([
  ['to its host', 'a=1; Path=/', 'https://app.example.com/', 'a=1'],
  ['to no host below it', 'a=1; Path=/', 'https://x.app.example.com/', null],
  [
    'below a domain that is named',
    'a=1; Path=/; Domain=example.com',
    'https://b.example.com/',
    'a=1',
  ],
  ['to no foreign domain', 'a=1; Path=/; Domain=example.org', 'https://example.org/', null],
  ['to its path', 'a=1; Path=/login', 'https://app.example.com/login/x', 'a=1'],
  ['to no other path', 'a=1; Path=/login', 'https://app.example.com/loginx', null],
  ['to its folder where no path is named', 'a=1', 'https://app.example.com/login/', 'a=1'],
  ['to no other folder', 'a=1', 'https://app.example.com/', null],
  ['to any port', 'a=1; Path=/', 'https://app.example.com:8443/', 'a=1'],
  ['without tls unless it is secure', 'a=1; Path=/', 'http://app.example.com/', 'a=1'],
  ['never without tls if it is', 'a=1; Path=/; Secure', 'http://app.example.com/', null],
  [
    'as __Host- if it is one',
    '__Host-a=1; Path=/; Secure',
    'https://app.example.com/',
    '__Host-a=1',
  ],
  ['never as __Host- with a path', '__Host-a=1; Path=/login; Secure', site.href, null],
  [
    'never as __Host- with a domain',
    '__Host-a=1; Path=/; Secure; Domain=example.com',
    site.href,
    null,
  ],
  ['never as __Secure- without Secure', '__Secure-a=1; Path=/', site.href, null],
])('a cookie goes %s', (_, header, to, cookies) => {
  expect(sent([header], to)).toBe(cookies)
})

test('loopback counts as secure', () => {
  const local = new URL('http://127.0.0.1:8001/login')
  expect(sent(['a=1; Path=/; Secure'], 'http://127.0.0.1:8001/', local)).toBe('a=1')
})

test('cookies end, by their time or by a new one', () => {
  const jar = createCookieJar()
  jar.keep(['a=1; Path=/; Max-Age=60', 'b=1; Path=/', 'c=1; Path=/'], site, nowMs)
  jar.keep(['c=; Path=/; Max-Age=0', 'b=2; Path=/'], site, nowMs)
  expect(jar.headerFor(site, nowMs + 59_999, false)).toBe('a=1; b=2')
  expect(jar.headerFor(site, nowMs + 60_000, false)).toBe('b=2')
})

test('strict cookies stay at home when another site leads there', () => {
  const jar = createCookieJar()
  jar.keep(['a=1; Path=/; SameSite=Strict', 'b=1; Path=/; SameSite=Lax'], site, nowMs)
  expect(jar.headerFor(site, nowMs, true)).toBe('b=1')
  expect(jar.headerFor(site, nowMs, false)).toBe('a=1; b=1')
})
