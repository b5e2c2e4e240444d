import { describe, expect, test } from 'bun:test'
import {
  judgeRedirect,
  longestRedirect,
  type RedirectFailure,
  withCode,
} from '../../../../src/suite/pages/flow/redirect-target'

const rules = {
  trustedDomains: ['crm.example.com', 'hr.example.com:8443', 'xn--fiqs8s.example.com'],
  ownUrls: ['https://gw.example.com/wecom'],
}
const judge = (text: string) => judgeRedirect(text, rules)

describe('a redirect', () => {
  test.each([
    'https://crm.example.com/after?state=theirs&next=%2Forders',
    'https://crm.example.com',
    'https://CRM.example.com/after',
    'https://crm.example.com:8443/',
    'https://hr.example.com:8443/after',
    'https://xn--fiqs8s.example.com/',
    'https://gw.example.com/anything',
    'https://crm.example.com/?filter={a|b}',
  ])('to a trusted host or our own address by https is taken: %s', (text) => {
    expect(judge(text)).toEqual({ ok: true, value: new URL(text).href })
  })

  const refused: [string, RedirectFailure][] = [
    // Another host.
    ['https://evil.example/', 'not_trusted'],
    ['https://crm.example.com.evil.example/', 'not_trusted'],
    ['https://evilcrm.example.com/', 'not_trusted'],
    ['https://example.com/', 'not_trusted'],
    ['https://a.crm.example.com/', 'not_trusted'],
    ['https://crm.example.com./', 'not_trusted'],
    ['https://hr.example.com/', 'not_trusted'],
    ['https://hr.example.com:8444/', 'not_trusted'],
    ['https://gw.example.com:8443/', 'not_trusted'],
    ['https://0x7f000001/', 'not_trusted'],
    ['https://[::1]/', 'not_trusted'],
    // Users, who look like hosts.
    ['https://crm.example.com@evil.example/', 'not_absolute'],
    ['https://crm.example.com:443@evil.example/', 'not_absolute'],
    ['https://user@crm.example.com/', 'not_absolute'],
    ['https://@crm.example.com/', 'not_absolute'],
    // Slashes and backslashes, which browsers read alike.
    ['https://evil.example\\@crm.example.com/', 'bad_characters'],
    ['https:\\\\crm.example.com/', 'bad_characters'],
    ['https://crm.example.com\\.evil.example/', 'bad_characters'],
    ['/after', 'not_absolute'],
    ['//evil.example/', 'not_absolute'],
    ['///evil.example/', 'not_absolute'],
    ['https:/crm.example.com/', 'not_absolute'],
    ['https:crm.example.com/', 'not_absolute'],
    ['https:///crm.example.com/', 'not_absolute'],
    ['crm.example.com/after', 'not_absolute'],
    // Schemes.
    ['http://crm.example.com/', 'not_https'],
    ['http://localhost/', 'not_https'],
    ['javascript:alert(1)', 'not_absolute'],
    ['JaVaScRiPt://crm.example.com/%0aalert(1)', 'not_absolute'],
    ['data:text/html,x', 'not_absolute'],
    ['ftp://crm.example.com/', 'not_absolute'],
    ['weixin://crm.example.com/', 'not_absolute'],
    // Characters that are dropped, or read as others.
    ['https://crm.example.com/\r\nSet-Cookie: a=b', 'bad_characters'],
    ['https://crm.exa\tmple.com/', 'bad_characters'],
    [' https://crm.example.com/', 'bad_characters'],
    ['https://crm.example.com/\u0000', 'bad_characters'],
    ['https://crm.example.com/\u202e', 'bad_characters'],
    ['https://crm。example.com/', 'bad_characters'],
    ['https://сrm.example.com/', 'bad_characters'],
    ['https://crm.example.com/中', 'bad_characters'],
    ['https://crm.example.com/"><script>', 'bad_characters'],
    ['https://crm%2eexample.com/', 'not_absolute'],
    ['https://evil.example%2f.crm.example.com/', 'not_absolute'],
    ['https://crm.example.com:99999/', 'not_absolute'],
    ['https://crm.example.com:/', 'not_absolute'],
    // What the code would be lost behind, or mistaken for.
    ['https://crm.example.com/#/home', 'has_fragment'],
    ['https://crm.example.com/#', 'has_fragment'],
    ['https://crm.example.com/?code=1', 'has_code'],
    ['https://crm.example.com/?c%6fde=1', 'has_code'],
    ['', 'not_absolute'],
    [`https://crm.example.com/${'a'.repeat(longestRedirect)}`, 'too_long'],
  ]
  test.each(refused)('is refused: %p', (text, reason) => {
    expect(judge(text)).toEqual({ ok: false, reason })
  })

  test('goes to our own address alone where no domain is trusted', () => {
    const ownAlone = { ...rules, trustedDomains: [] }

    expect(judgeRedirect('https://gw.example.com/after', ownAlone).ok).toBe(true)
    expect(judgeRedirect('https://crm.example.com/', ownAlone).ok).toBe(false)
  })

  test('goes to a trusted loopback host by http where our own address is http', () => {
    const local = { trustedDomains: ['localhost', '10.0.0.7'], ownUrls: ['http://127.0.0.1:8001'] }

    expect(judgeRedirect('http://localhost:3000/after', local).ok).toBe(true)
    expect(judgeRedirect('http://127.0.0.1:8001/', local).ok).toBe(true)
    expect(judgeRedirect('http://127.0.0.1:3000/', local)).toEqual({
      ok: false,
      reason: 'not_trusted',
    })
    expect(judgeRedirect('http://10.0.0.7/', local)).toEqual({ ok: false, reason: 'not_https' })
  })
})

describe('a code behind a redirect', () => {
  test('leaves the caller’s own query as it came', () => {
    expect(withCode('https://crm.example.com/a?state=x%2By&n=1+2', 'abc')).toBe(
      'https://crm.example.com/a?state=x%2By&n=1+2&code=abc',
    )
  })

  test('begins a query where there is none', () => {
    expect(withCode('https://crm.example.com/a', 'a-b')).toBe('https://crm.example.com/a?code=a-b')
  })
})
