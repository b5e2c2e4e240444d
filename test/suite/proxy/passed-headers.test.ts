import { describe, expect, test } from 'bun:test'
import { headersDown, headersUp } from '../../../src/suite/proxy/passed-headers'

const up = (name: string, value = 'x') => headersUp(new Headers({ [name]: value }), null)[name]

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
    'x-http-method-override',
    'x-original-url',
    'x-rewrite-url',
  ])('%s never goes', (name) => {
    expect(up(name)).toBeUndefined()
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

  test('an API key or a handle doesn’t go, under whatever name', () => {
    expect(up('x-api-key', `sk_suited_0123456789abcdef_${'x'.repeat(43)}`)).toBeUndefined()
    expect(up('x-token', `token sh_suited_${'x'.repeat(80)}`)).toBeUndefined()
    expect(up('x-api-key', 'sk_another_0123456789abcdef_x')).toBeDefined()
  })

  test('what Connection names doesn’t go', () => {
    const headers = new Headers({ connection: 'close, X-Hop', 'x-hop': '1', 'x-own': '2' })
    expect(headersUp(headers, null)).toEqual({ 'accept-encoding': 'identity', 'x-own': '2' })
  })

  test('answers are asked for that aren’t compressed', () => {
    expect(up('accept-encoding', 'gzip, br')).toBe('identity')
  })

  test('a length goes where it is that of a stream; of held bodies fetch knows it', () => {
    const headers = new Headers({ 'content-length': '7' })
    expect(headersUp(headers, 7)).toMatchObject({ 'content-length': '7' })
    expect(headersUp(headers, null)).not.toHaveProperty('content-length')
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
    'location',
    'content-location',
    'link',
    'refresh',
  ])('%s never comes', (name) => {
    expect(headersDown(new Headers({ [name]: 'x' }), 'TOKEN')).toEqual({})
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
    expect(headersDown(new Headers({ [name]: 'x' }), 'TOKEN')).toEqual({ [name]: 'x' })
  })

  test('a header that repeats the call’s token doesn’t come, under whatever name', () => {
    const came = new Headers({ 'x-request-uri': '/cgi-bin/a?access_token=TOKEN', 'x-own': 'x' })
    expect(headersDown(came, 'TOKEN')).toEqual({ 'x-own': 'x' })
  })
})
