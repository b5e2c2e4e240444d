import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { atPlainAddress, plainAddress } from '../../../src/http/request/plain-address'
import { createScene } from '../../scene'
import { seal } from '../wecom/sealed-callback'

const own = 'http://suited.invalid'

describe('the address of a request', () => {
  test.each([
    ['/a/b?x=1', '/a/b?x=1'],
    ['//a/b?x=1', '/a/b?x=1'],
    ['/', '/'],
    ['/a/%2e%2e/b', '/b'],
    ['/a?x=http://q/', '/a?x=http://q/'],
    ['http://y//a///b?x=//1', '/a/b?x=//1'],
    ['https://gw/callback/command?a=b', '/callback/command?a=b'],
    ['http://gw', '/'],
    ['http://gw?x=1', '/?x=1'],
    ['http://[::1]//a', '/a'],
    ['/a/..//..\\b', '/b'],
    ['/a%2F%2Fb', '/a%2F%2Fb'],
  ])('%s leads to %s', (url, path) => {
    expect(plainAddress(url)).toBe(own + path)
  })

  test.each([
    'http://gw.example.com/sign?url=https://a.example//x',
    'https://gw.example.com/sign',
    'http://127.0.0.1:8001/callback/data/a%2F%2Fb',
  ])('stays as it came where routes find it: %s', (url) => {
    const request = new Request(url)
    expect(atPlainAddress(request)).toBe(request)
    expect(request.url).toBe(url)
  })

  test('keeps method, headers and body when it is put right', async () => {
    const sent = { method: 'POST', headers: { 'x-a': 'b' }, body: 'all of it' }
    const request = atPlainAddress(new Request('https://gw/callback/command', sent))
    expect(request.url).toBe(`${own}/callback/command`)
    expect([request.method, request.headers.get('x-a')]).toEqual(['POST', 'b'])
    expect(await request.text()).toBe('all of it')
  })

  test('never throws, and has one slash at a time, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (rest) => {
        const { pathname, origin } = new URL(plainAddress(`/${rest}`))
        expect(origin).toBe(own)
        expect(pathname).not.toContain('//')
      }),
    )
  })
})

describe('a callback is taken', () => {
  test.each([
    '//callback/command',
    '/callback//command',
    '///callback/command/',
    '//orderUrl',
    '//suites//default/callback/command',
  ])('at %s', async (path) => {
    const scene = await createScene()
    const { address, body } = seal(scene, { path })
    const answer = await scene.request(address, { method: 'POST', body })
    expect([answer.status, await answer.text()]).toEqual([200, 'success'])
  })
})
