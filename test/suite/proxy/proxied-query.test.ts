import { describe, expect, test } from 'bun:test'
import { withoutTokens, withToken } from '../../../src/suite/proxy/proxied-query'

describe('a token of the caller’s own is dropped', () => {
  test.each([
    ['access_token=x'],
    ['suite_access_token=x'],
    ['provider_access_token=x'],
    ['access_token'],
    ['Access_Token=x'],
    ['access%5Ftoken=x'],
    ['%61ccess_token=x'],
    ['+access_token=x'],
    ['access_token%20=x'],
    ['a=1;access_token=x'],
    ['access_token=x&access_token=y'],
  ])('as %s', (token) => {
    expect(withoutTokens(`userid=1&${token}&debug=1`)).toBe('userid=1&debug=1')
  })

  test('and nothing else changes, not even what is written oddly', () => {
    const query = 'a=%7e&b=1+2&c=&d&e=%e4%b8%ad&access_token_x=1&x=access_token=y'
    expect(withoutTokens(query)).toBe(query)
  })
})

test.each(['a%00=1', 'access_token%00=x', '%zz=1', '%e4=1', 'a%0d%0a=1'])(
  'a name that nobody can read is refused: %s',
  (query) => {
    expect(() => withoutTokens(query)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  },
)

test('values are none of our business: what isn’t decodable there passes', () => {
  expect(withoutTokens('a=%zz&b=%00')).toBe('a=%zz&b=%00')
})

test('the token comes first, encoded, before what the caller asked', () => {
  expect(withToken('userid=1', 'access_token', 'a+/=')).toBe('access_token=a%2B%2F%3D&userid=1')
  expect(withToken('', 'suite_access_token', 'x')).toBe('suite_access_token=x')
})
