import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import { corpid, createBox } from '../box'

const path = '/cgi-bin/service/get_suite_token'
const base = 'https://qyapi.weixin.qq.com'

describe('the API', () => {
  test('answers refusals with HTTP 200, a hint, the address it saw and a link', async () => {
    const { simulator } = createBox()
    const response = await simulator.fetch(base + path, { method: 'POST', body: '{}' })
    expect(response.status).toBe(200)
    const { errmsg } = (await response.json()) as { errmsg: string }
    expect(errmsg).toMatch(
      /, hint: \[\d{24}\], from ip: 203\.0\.113\.7, more info at https:\/\/\S+\?e=41021$/,
    )
  })

  test('has no other paths than its own, and says so as a web server does', async () => {
    const { simulator } = createBox()
    for (const unknown of ['/cgi-bin/service/nothing', '/cgi-bin/constructor', '/elsewhere']) {
      const response = await simulator.fetch(base + unknown)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toStartWith('text/html')
    }
  })

  test.each(['{', 'null', '[]', '"text"'])('refuses the body %s with 47001', async (body) => {
    const { simulator } = createBox()
    const response = await simulator.fetch(base + path, { method: 'POST', body })
    expect(await response.json()).toMatchObject({ errcode: 47001 })
  })

  test('reads a body whatever its content type is called', async () => {
    const { simulator } = createBox()
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const init = { method: 'POST', body: '{"suite_id":"x"}', headers: { 'content-type': type } }
      const response = await simulator.fetch(base + path, init)
      expect(await response.json()).toMatchObject({ errcode: 41024 })
    }
  })

  test('refuses the wrong method with 40058', async () => {
    const { get, post } = createBox()
    expect((await get(path)).errcode).toBe(40058)
    expect((await post('/cgi-bin/gettoken', {})).errcode).toBe(40058)
  })

  test('refuses callers that are not on the list of addresses, and names theirs', async () => {
    const { get, simulator } = createBox()
    const { provider } = simulator.world
    provider.allowedIps = ['198.51.100.*']
    const refused = await get('/cgi-bin/gettoken')
    expect(refused.errcode).toBe(60020)
    expect(refused.errmsg).toContain('from ip: 203.0.113.7')
    provider.allowedIps = ['198.51.100.*', '203.0.113.*']
    expect((await get('/cgi-bin/gettoken')).errcode).toBe(41002)
    provider.allowedIps = ['203.0.113.7']
    expect((await get('/cgi-bin/gettoken')).errcode).toBe(41002)
  })

  test('notes every call with whom it was about and what was answered', async () => {
    const { corpToken, get, simulator, clock } = createBox()
    const access_token = await corpToken()
    const { calls } = simulator
    expect(calls.list().map(({ path, errcode }) => [path, errcode])).toEqual([
      ['/cgi-bin/service/get_suite_token', 0],
      ['/cgi-bin/service/get_corp_token', 0],
    ])
    await clock.advance(5)
    await get('/cgi-bin/get_jsapi_ticket', { access_token })
    await get('/cgi-bin/get_jsapi_ticket', { access_token: 'unknown' })
    expect(calls.count({ path: '/cgi-bin/get_jsapi_ticket' })).toBe(2)
    expect(calls.count({ path: '/cgi-bin/get_jsapi_ticket', corpid })).toBe(1)
    expect(calls.count({ path: '/cgi-bin/service/*' })).toBe(2)
    expect(calls.count({ errcode: 40014 })).toBe(1)
    expect(calls.count({ since: clock.now() })).toBe(2)
    expect(calls.count({ method: 'POST' })).toBe(2)
    calls.clear()
    expect(calls.count()).toBe(0)
  })

  test('forgets the oldest calls beyond its limit', async () => {
    const { get, simulator } = createBox({ callLimit: 5 })
    for (let asked = 0; asked < 23; asked++) await get('/cgi-bin/gettoken', { corpid: `c${asked}` })
    const remembered = simulator.calls.list()
    expect(remembered.length).toBeLessThan(10)
    expect(remembered.at(-1)?.corpid).toBe('c22')
  })
})

test('the same randomness gives the same world', () => {
  const one = createBox({ companies: undefined, suites: undefined }).simulator.world
  const two = createBox({ companies: undefined, suites: undefined }).simulator.world
  expect([...two.suites.values()]).toEqual([...one.suites.values()])
  expect([...two.companies.values()]).toEqual([...one.companies.values()])
  expect(one.companies.size).toBe(3)
})

test('a world refuses an EncodingAESKey that is none', () => {
  const short = 'short'
  expect(() => createBox({ suites: [{ encodingAesKey: short }] })).toThrow(ServiceError)
  expect(() => createBox({ provider: { systemEncodingAesKey: short } })).toThrow(ServiceError)
})
