/** What the proxy refuses, each with its reason, before anything goes up to WeCom. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { adminToken, createScene, jsonOf } from '../../scene'
import { installedThrice } from '../../suite/three-suites'
import { createProxyStage, ok, type ProxyStage, posted } from './proxy-stage'

let stage: ProxyStage
beforeAll(async () => {
  stage = await createProxyStage()
  stage.answer('/cgi-bin/user/*', ok)
  stage.answer('/cgi-bin/media/*', ok)
})
afterAll(() => stage.scene.stop())

const headers = { authorization: `Bearer ${adminToken}` }

const refusal = async (path: string, init?: RequestInit) => {
  const before = stage.sent.length
  const answer = await stage.ask(path, init)
  expect(stage.sent).toHaveLength(before)
  return { status: answer.status, ...(await jsonOf(answer)) }
}

const inProxy = (path: string) => `/proxy/corps/${stage.corpid}${path}`

test.each(['corps/wpA', 'suite', 'provider'])(
  'whoever shows no key is refused at /proxy/%s, whatever is asked for',
  async (route) => {
    for (const path of ['user/get', 'gettoken', '%2e', 'NoSuch', 'a//b']) {
      const answer = await stage.scene.request(`/proxy/${route}/cgi-bin/${path}`)
      expect(answer.status).toBe(401)
    }
  },
)

test('tokens, tickets and permanent codes are kept, and our route is named', async () => {
  expect(await refusal(inProxy('/cgi-bin/gettoken?corpid=a&corpsecret=b'))).toMatchObject({
    status: 403,
    code: 'kept_by_suited',
    route: '/api/corps/{corpid}/access-token',
  })
  expect(await refusal(inProxy('/cgi-bin/get_jsapi_ticket'))).toMatchObject({ route: '/sign' })
  expect(
    await refusal('/proxy/suite/cgi-bin/service/v2/get_permanent_code', posted('{}')),
  ).toMatchObject({ status: 403, code: 'kept_by_suited', route: '/api/corps/{corpid}' })
})

test('a key of suited’s goes up neither in a query nor in a body that is held', async () => {
  const key = `sk_suited_0123456789abcdef_${'x'.repeat(43)}`
  const inEscapes = JSON.stringify({ secret: key }).replace('sk', '\\u0073k')
  const asks = [
    refusal(inProxy(`/cgi-bin/user/get?userid=${key}`)),
    refusal(inProxy('/cgi-bin/user/update'), posted(JSON.stringify({ secret: key }))),
    refusal(inProxy('/cgi-bin/user/update'), posted(inEscapes)),
  ]
  for (const ask of asks) expect(await ask).toMatchObject({ status: 403, code: 'forbidden' })
})

test('a path of another kind of token is sent to its own route', async () => {
  expect(await refusal(inProxy('/cgi-bin/service/get_pre_auth_code'))).toMatchObject({
    status: 400,
    code: 'invalid_request',
    route: '/proxy/suite/cgi-bin/service/get_pre_auth_code',
  })
})

test.each([
  '/cgi-bin//gettoken',
  '/cgi-bin/user//get',
  '/cgi-bin/%67ettoken',
  '/cgi-bin/user%2fget',
  '/cgi-bin/user%5cget',
  '/cgi-bin/user/get;a=1',
  '/cgi-bin/user/Get',
  '/cgi-bin/user/get/',
])('%s is no path in its simplest form', async (path) => {
  expect(await refusal(inProxy(path))).toMatchObject({ status: 400, code: 'invalid_request' })
})

test('steps are taken before anything is judged, so none leads around a rule', async () => {
  expect(await refusal(inProxy('/cgi-bin/user/%2e%2e/gettoken'))).toMatchObject({
    code: 'kept_by_suited',
  })
  expect(await refusal(inProxy('/cgi-bin/user/..\\gettoken'))).toMatchObject({
    code: 'kept_by_suited',
  })
})

test.each(['/user/get', '/cgi-bin', '/CGI-BIN/user/get', '/wework_admin/x', '/'])(
  'there is nothing at %s: only /cgi-bin/ is passed on',
  async (path) => {
    expect(await refusal(inProxy(path))).toMatchObject({ status: 404, code: 'not_found' })
  },
)

test.each(['TRACE', 'CONNECT', 'OPTIONS', 'PURGE'])(
  '%s goes nowhere: it is no method of WeCom’s',
  async (method) => {
    const request = new Request(`http://suited.test${inProxy('/cgi-bin/user/get')}`, { headers })
    Object.defineProperty(request, 'method', { value: method })
    const before = stage.sent.length
    const answer = await stage.scene.service.app.handle(request)
    expect(stage.sent).toHaveLength(before)
    expect(answer.status).toBe(405)
    expect(await jsonOf(answer)).toMatchObject({ code: 'method_not_allowed' })
  },
)

test('a company that has not authorised the app is named with the reason', async () => {
  expect(await refusal('/proxy/corps/wpNobody/cgi-bin/user/get')).toMatchObject({
    status: 404,
    code: 'corp_not_authorized',
    reason: expect.stringContaining('never seen'),
  })
  const other = stage.scene.corpids[1]!
  await stage.scene.installed(other)
  await stage.scene.simulator.pusher.uninstall(stage.scene.suiteId, other)
  await stage.scene.settle()
  expect(await refusal(`/proxy/corps/${other}/cgi-bin/user/get`)).toMatchObject({
    status: 404,
    code: 'corp_not_authorized',
    reason: expect.stringMatching(/left/i),
  })
})

test('a provider that isn’t configured is said to be so', async () => {
  expect(
    await refusal('/proxy/provider/cgi-bin/service/get_login_info', posted('{}')),
  ).toMatchObject({ status: 503, code: 'suite_not_configured' })
})

test('an unknown suite is 404 on every route', async () => {
  for (const route of [`corps/${stage.corpid}`, 'suite', 'provider']) {
    const path = { suite: 'service/get_pre_auth_code', provider: 'license/list_order' }[route]
    expect(
      await refusal(`/suites/nobody/proxy/${route}/cgi-bin/${path ?? 'user/get'}`),
    ).toMatchObject({ status: 404, code: 'suite_not_found' })
  }
})

test('a body that says it is larger than any route takes is refused elsewhere, not here', async () => {
  const large = { method: 'POST', body: 'x', headers: { 'content-length': '3000000' } }
  expect((await stage.asCorp('/cgi-bin/media/upload', large)).status).toBe(200)
  const answer = await stage.ask('/api/events/x/retry', large)
  expect(answer.status).toBe(413)
  expect(await jsonOf(answer)).toMatchObject({ code: 'body_too_large' })
})

describe('a company with several of our apps', () => {
  test('wants one of them named: in the query or in the path', async () => {
    const { scene, corpids, ids } = await installedThrice()
    const [corpid] = corpids
    const ask = (path: string) => scene.request(path, { headers })
    const unnamed = await ask(`/proxy/corps/${corpid}/cgi-bin/getcallbackip`)
    expect(unnamed.status).toBe(400)
    expect(await jsonOf(unnamed)).toMatchObject({ code: 'suite_required' })
    for (const path of [
      `/proxy/corps/${corpid}/cgi-bin/getcallbackip?suite=hr`,
      `/suites/hr/proxy/corps/${corpid}/cgi-bin/getcallbackip`,
      `/suites/${ids.hr}/proxy/corps/${corpid}/cgi-bin/getcallbackip`,
    ]) {
      expect(await jsonOf(await ask(path))).toMatchObject({ errcode: 0 })
    }
    await scene.stop()
  })
})

test('a suited that only observes passes nothing on', async () => {
  const scene = await createScene({ env: { SUITED_OBSERVE: 'true' } })
  for (const route of ['corps/wpA', 'suite', 'provider']) {
    const path = {
      suite: 'service/get_pre_auth_code',
      provider: 'license/list_order',
    }[route]
    const answer = await scene.request(`/proxy/${route}/cgi-bin/${path ?? 'user/get'}`, { headers })
    expect(answer.status).toBe(503)
    expect(await jsonOf(answer)).toMatchObject({ code: 'suite_not_configured' })
  }
  expect(scene.simulator.calls.count({ path: '*' })).toBe(0)
  await scene.stop()
})
