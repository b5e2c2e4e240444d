/** What a key may do through the proxy, and what it may not. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { jsonOf } from '../../scene'
import { providerSecret } from '../../suite/provider-scene'
import { createProxyStage, ok, type ProxyStage, posted, streamed } from './proxy-stage'

let stage: ProxyStage
beforeAll(async () => {
  stage = await createProxyStage({
    env: { WECOM_PROVIDER_SECRET: providerSecret },
    simulator: { provider: { secret: providerSecret } },
  })
  stage.answer('/cgi-bin/user/*', ok)
  stage.answer('/cgi-bin/message/*', ok)
  stage.answer('/cgi-bin/service/*', ok)
})
afterAll(() => stage.scene.stop())

let keys = 0

/** A fresh key, and requests with it. */
const withKey = async (rights: Record<string, unknown>) => {
  const made = await stage.ask('/api/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `key ${++keys}`, scopes: ['proxy'], ...rights }),
  })
  expect(made.status).toBe(201)
  const { key } = await jsonOf(made)
  return (path: string, init?: RequestInit) =>
    stage.ask(path, { ...init, headers: { ...init?.headers, authorization: `Bearer ${key}` } })
}

const userGet = () => `/proxy/corps/${stage.corpid}/cgi-bin/user/get?userid=1`

const expectForbidden = async (answer: Response) => {
  expect(answer.status).toBe(403)
  expect(await jsonOf(answer)).toMatchObject({ code: 'forbidden' })
}

test('a key with the scope proxy calls WeCom as a company, as the suite and as the provider', async () => {
  const ask = await withKey({})
  expect((await ask(userGet())).status).toBe(200)
  expect((await ask('/proxy/suite/cgi-bin/service/get_order', posted('{}'))).status).toBe(200)
  const login = '/proxy/provider/cgi-bin/service/get_login_info'
  expect((await ask(login, posted('{}'))).status).toBe(200)
})

test('a key without it calls nobody', async () => {
  const ask = await withKey({ scopes: ['read', 'events', 'ticket', 'sign'] })
  await expectForbidden(await ask(userGet()))
})

describe('a key limited to companies', () => {
  const ofSuite = '/proxy/suite/cgi-bin/service'

  test('calls WeCom for them and for no other', async () => {
    const mine = await withKey({ corps: [stage.corpid] })
    const anothers = await withKey({ corps: [stage.scene.corpids[1]] })
    expect((await mine(userGet())).status).toBe(200)
    await expectForbidden(await anothers(userGet()))
  })

  test('calls the provider’s paths and those of the suite that name no company never', async () => {
    const ask = await withKey({ corps: [stage.corpid] })
    await expectForbidden(await ask(`${ofSuite}/get_order`, posted('{}')))
    await expectForbidden(await ask(`${ofSuite}/auth/getuserinfo3rd?code=1`))
    await expectForbidden(await ask(`${ofSuite}/miniprogram/jscode2session?js_code=1`))
    const license = '/proxy/provider/cgi-bin/license/list_order'
    await expectForbidden(await ask(license, posted(`{"corpid":"${stage.corpid}"}`)))
  })

  test('calls those of the suite that name a company of its own', async () => {
    const ask = await withKey({ corps: [stage.corpid] })
    const path = `${ofSuite}/get_admin_list`
    const body = { auth_corpid: stage.corpid, agentid: 1 }
    expect((await ask(path, posted(JSON.stringify(body)))).status).toBe(200)
    expect(JSON.parse(stage.sent.at(-1)!.body)).toEqual(body)
    await expectForbidden(await ask(path, posted('{"auth_corpid":"wpAnother"}')))
    await expectForbidden(await ask(path, posted('{}')))
    await expectForbidden(await ask(path, posted('no JSON')))
    await expectForbidden(await ask(path, posted(JSON.stringify([body]))))
    await expectForbidden(await ask(path, streamed(JSON.stringify(body))))
  })

  test('calls nothing with a body that is nested without end, which would take long to read', async () => {
    const ask = await withKey({ corps: [stage.corpid] })
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`
    const body = `{"auth_corpid":"${stage.corpid}","x":${deep}}`
    await expectForbidden(await ask(`${ofSuite}/get_admin_list`, posted(body)))
  })

  test('reaches no other one by naming both', async () => {
    const ask = await withKey({ corps: [stage.corpid] })
    const twice = `{"auth_corpid":"wpAnother","auth_corpid":"${stage.corpid}"}`
    await ask(`${ofSuite}/get_admin_list`, posted(twice))
    expect(stage.sent.at(-1)!.body).toBe(`{"auth_corpid":"${stage.corpid}"}`)
  })
})

test('a key limited to methods and paths calls those alone', async () => {
  const ask = await withKey({ methods: ['GET'], paths: ['contacts:read'] })
  expect((await ask(userGet())).status).toBe(200)
  await expectForbidden(await ask(userGet(), posted('{}')))
  await expectForbidden(await ask(userGet().replace('user/get', 'user/delete')))
})

test('a key over its requests a minute is told when to come again, before WeCom is asked', async () => {
  const ask = await withKey({ perMinute: 2 })
  await ask(userGet())
  await ask(userGet())
  const before = stage.sent.length
  const answer = await ask(userGet())
  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeWithin(1, 61)
  expect(stage.sent).toHaveLength(before)
})
