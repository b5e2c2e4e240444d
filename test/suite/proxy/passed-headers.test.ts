import { describe, expect, test } from 'bun:test'
import { headersDown, headersUp } from '../../../src/suite/proxy/passed-headers'

const up = (name: string, value = 'x') => headersUp(new Headers({ [name]: value }), null).get(name)

describe('up to WeCom', () => {
  test.each([
    'authorization',
    'cookie',
    'host',
    'connection',
    'keep-alive',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'origin',
    'referer',
    'sec-fetch-site',
    'suited-errcode',
    'traceparent',
  ])('%s never goes', (name) => {
    expect(up(name)).toBeNull()
  })

  test.each([
    'content-type',
    'content-disposition',
    'user-agent',
    'range',
    'if-none-match',
    'x-own',
  ])('%s goes', (name) => {
    expect(up(name)).toBe('x')
  })

  test('what Connection names doesn’t go', () => {
    const headers = new Headers({ connection: 'close, X-Hop', 'x-hop': '1', 'x-own': '2' })
    expect([...headersUp(headers, null).keys()]).toEqual(['accept-encoding', 'x-own'])
  })

  test('answers are asked for that aren’t compressed', () => {
    expect(up('accept-encoding', 'gzip, br')).toBe('identity')
  })

  test('a length goes where it is that of a stream; of held bodies fetch knows it', () => {
    const headers = new Headers({ 'content-length': '7' })
    expect(headersUp(headers, 7).get('content-length')).toBe('7')
    expect(headersUp(headers, null).get('content-length')).toBeNull()
  })
})

describe('down to the caller', () => {
  test.each([
    'set-cookie',
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'transfer-encoding',
    'upgrade',
    'trailer',
    'content-length',
    'strict-transport-security',
    'alt-svc',
    'access-control-allow-origin',
    'content-security-policy',
    'suited-repeat',
  ])('%s never comes', (name) => {
    expect(headersDown(new Headers({ [name]: 'x' })).get(name)).toBeNull()
  })

  test.each([
    'content-type',
    'content-disposition',
    'content-encoding',
    'content-range',
    'cache-control',
    'etag',
    'last-modified',
    'error-code',
  ])('%s comes', (name) => {
    expect(headersDown(new Headers({ [name]: 'x' })).get(name)).toBe('x')
  })
})
