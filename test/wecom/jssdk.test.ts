import { describe, expect, test } from 'bun:test'
import * as official from '@wecom/crypto'
import fc from 'fast-check'
import { jsapiSignature, withoutFragment } from '../../src/wecom/jssdk'
import { pageVectors } from './callback/vectors'

describe("a page's signature", () => {
  test.each(pageVectors.map((vector) => [vector.id, vector] as const))(
    'is the published one: %s',
    (_, { jsapiTicket, nonceStr, timestampSeconds, url, signature }) => {
      expect(jsapiSignature(jsapiTicket, nonceStr, timestampSeconds, url)).toBe(signature)
    },
  )

  test("is the one of WeCom's own package, whatever is signed", () => {
    // The package puts a nonce and a time of its own where these are empty or 0.
    const text = fc.string({ unit: 'binary', minLength: 1 })
    fc.assert(
      fc.property(
        text,
        text,
        fc.nat().map((n) => n + 1),
        fc.webUrl({ withQueryParameters: true }),
        (ticket, nonceStr, timestamp, url) => {
          expect(jsapiSignature(ticket, nonceStr, timestamp, url)).toBe(
            official.getJsApiSignature({ ticket, nonceStr, timestamp, url }).signature,
          )
        },
      ),
    )
  })

  test('tells addresses apart that a server might take for the same', () => {
    const addresses = [
      'https://crm.example.com',
      'https://crm.example.com/',
      'http://crm.example.com/',
      'https://crm.example.com:443/',
      'https://crm.example.com/?',
      'https://crm.example.com/?a=1&b=2',
      'https://crm.example.com/?b=2&a=1',
      'https://crm.example.com/?a=%31&b=2',
      'https://crm.example.com/%7Ea',
      'https://crm.example.com/~a',
    ]
    const signatures = addresses.map((url) => jsapiSignature('ticket', 'nonce', 1700000000, url))
    expect(new Set(signatures).size).toBe(addresses.length)
  })
})

describe("a page's address", () => {
  test.each([
    ['https://a.example/p?x=1#top', 'https://a.example/p?x=1'],
    ['https://a.example/p#', 'https://a.example/p'],
    ['https://a.example/#/route?x=1#y', 'https://a.example/'],
    ['https://a.example/p?x=%23y', 'https://a.example/p?x=%23y'],
    ['https://a.example', 'https://a.example'],
    ['', ''],
  ])('is signed up to its first #: %s', (url, signed) => {
    expect(withoutFragment(url)).toBe(signed)
  })

  test('is otherwise signed as the browser has it', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, fragment) => {
        expect(withoutFragment(`${url}#${fragment}`)).toBe(url)
      }),
    )
  })
})
