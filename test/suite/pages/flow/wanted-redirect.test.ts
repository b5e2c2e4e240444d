import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import { requireRedirect } from '../../../../src/suite/pages/flow/wanted-redirect'
import { corpWith, publicUrl, suiteWith } from '../login-fixtures'

const suite = suiteWith()
const site = { publicUrl: 'https://own.customer.example', trustedDomains: ['crm.customer.example'] }
const corp = corpWith({ site })

describe('a redirect', () => {
  test('that nobody asks for is none', () => {
    expect(requireRedirect(null, suite, publicUrl, null)).toBeNull()
  })

  test.each(['https://crm.example.com/a?b=1', 'https://gw.example.com/a'])(
    'leads to the suite’s sites and to our own address: %s',
    (asked) => {
      expect(requireRedirect(asked, suite, publicUrl, null)).toBe(asked)
      expect(requireRedirect(asked, suite, publicUrl, corp)).toBe(asked)
    },
  )

  test.each(['https://crm.customer.example/a', 'https://own.customer.example/a'])(
    'leads to a company’s own sites for that company alone: %s',
    (asked) => {
      expect(requireRedirect(asked, suite, publicUrl, corp)).toBe(asked)
      expect(() => requireRedirect(asked, suite, publicUrl, null)).toThrow(ServiceError)
    },
  )

  test.each([
    ['https://evil.example/secret', 'url_not_trusted', 'SUITED_TRUSTED_DOMAINS'],
    ['http://crm.example.com/secret', 'invalid_request', 'not https'],
    ['https://crm.example.com/secret#/a', 'invalid_request', 'fragment'],
    ['https://crm.example.com/secret?code=1', 'invalid_request', '"code"'],
    ['/secret', 'invalid_request', 'https://'],
    ['https://crm.example.com/secret /a', 'invalid_request', 'encodeURIComponent'],
    [`https://crm.example.com/secret${'a'.repeat(2048)}`, 'invalid_request', '2048'],
  ])('that is refused says why, without the address: %p', (asked, code, why) => {
    const refused = () => requireRedirect(asked, suite, publicUrl, null)

    expect(refused).toThrow(expect.objectContaining({ code }))
    expect(refused).toThrow(why)
    expect(refused).not.toThrow('secret')
  })
})
