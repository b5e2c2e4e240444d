import { describe, expect, test } from 'bun:test'
import { writtenSeconds } from '../../../src/simulator/world/rules'
import type { Suite } from '../../../src/simulator/world/world'
import { corpid, createBox, creator, type Json, suiteId, worker } from '../box'

const setUp = () => {
  const box = createBox({
    suites: [{ suiteId, commandUrl: 'https://backend.example/command', dataUrl: null }],
  })
  const ask = async (method: string, path: string, body?: string | Json) => {
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    const init = text === undefined ? { method } : { method, body: text }
    const response = await box.simulator.fetch(`http://localhost/simulator${path}`, init)
    return { status: response.status, body: (await response.json()) as Json }
  }
  return { ...box, ask }
}

describe('the control API', () => {
  test('shows the world', async () => {
    const { body } = await setUp().ask('GET', '/state')
    expect(body).toMatchObject({ suites: [{ suiteId }], installations: [] })
  })

  test('installs, changes and uninstalls, the first company without being asked', async () => {
    const { ask, simulator } = setUp()
    const installed = await ask('POST', '/install')
    expect(installed.body).toMatchObject({ installation: { corpid }, push: { ok: true } })
    expect((await ask('POST', '/change-auth', { status: 'disabled' })).body.ok).toBe(true)
    expect(simulator.world.installations.get(`${suiteId}/${corpid}`)?.[0]?.status).toBe('disabled')
    expect((await ask('POST', '/uninstall', { suiteId, corpid })).body.ok).toBe(true)
    expect((await ask('POST', '/uninstall')).body.code).toBe('corp_not_authorized')
    const pushes = await ask('GET', '/pushes')
    expect(pushes.body.items).toMatchObject([
      { type: 'create_auth' },
      { type: 'change_auth' },
      { type: 'cancel_auth' },
    ])
  })

  test('pushes tickets, messages and whatever the catalogue has', async () => {
    const { ask } = setUp()
    expect((await ask('POST', '/ticket')).body.ok).toBe(true)
    expect((await ask('POST', '/message', { text: 'hi' })).body.problem).toBe('no_url')
    const order = await ask('POST', '/push/open_order', { fields: { OrderId: 'O1' } })
    expect(order.body.ok).toBe(true)
    expect((await ask('POST', '/push/nothing')).status).toBe(404)
    expect((await ask('GET', '/types')).body.items).toContain('event.enter_agent')
  })

  test('switches faults on and off', async () => {
    const { ask, get } = setUp()
    const added = await ask('POST', '/faults', { path: '/cgi-bin/*', errcode: -1 })
    expect((await get('/cgi-bin/gettoken')).errcode).toBe(-1)
    expect((await ask('GET', '/faults')).body.items).toEqual([added.body])
    expect((await ask('DELETE', `/faults/${added.body.id}`)).body.ok).toBe(true)
    expect((await get('/cgi-bin/gettoken')).errcode).toBe(41002)
    await ask('POST', '/faults', { path: '/cgi-bin/*', hang: true })
    await ask('DELETE', '/faults')
    expect((await ask('GET', '/faults')).body.items).toEqual([])
  })

  test('sets the times in what WeCom pushes wrong', async () => {
    const { ask, clock, simulator } = setUp()
    const ahead = { aheadMs: 5 * 3_600_000 }
    expect((await ask('PUT', '/clock', ahead)).body).toEqual(ahead)
    expect(writtenSeconds(simulator.world)).toBe(Math.floor(clock.now() / 1000) + 5 * 3600)
    expect((await ask('PUT', '/clock', {})).status).toBe(400)
  })

  test('counts calls', async () => {
    const { ask, get } = setUp()
    await get('/cgi-bin/gettoken', { corpid })
    await get('/cgi-bin/gettoken')
    expect((await ask('GET', `/calls?corpid=${corpid}&errcode=41004`)).body.count).toBe(1)
    await ask('DELETE', '/calls')
    expect((await ask('GET', '/calls')).body.count).toBe(0)
  })

  test('ends tokens and judges signatures', async () => {
    const { ask, corpToken } = setUp()
    await corpToken()
    const killed = await ask('POST', '/kill-tokens', { kind: 'access_token' })
    expect(killed.body).toEqual({ killed: 1 })
    const page = { suiteId, corpid, type: 'config', url: 'https://app.example.com/' }
    const signature = { ...page, timestamp: 1700000000, nonceStr: 'n', signature: 'x' }
    expect((await ask('POST', '/check-signature', signature)).body.errcode).toBe(40093)
  })

  test('changes who visits', async () => {
    const { ask, simulator } = setUp()
    await ask('PUT', '/visitor', { corpid, userid: worker })
    expect(simulator.world.visitor).toEqual({ corpid, userid: worker })
    expect((await ask('PUT', '/visitor', { corpid: 'x', userid: creator })).status).toBe(404)
  })

  test('saves only URLs that pass their check', async () => {
    const { ask, simulator } = setUp()
    const url = 'https://backend.example/new'
    const saved = await ask('PUT', '/urls', { commandUrl: url, systemUrl: url })
    expect(saved.body).toMatchObject({ commandUrl: { ok: false }, systemUrl: { ok: false } })
    expect(simulator.world.suites.get(suiteId)?.commandUrl).not.toBe(url)
    expect((await ask('POST', '/check-url', { url })).body.problem).toBe('wrong_answer')
  })

  test("changes a suite's domains and nothing that was not asked for", async () => {
    const { ask, simulator } = setUp()
    const before = { ...simulator.world.suites.get(suiteId) }
    const change = { trustedDomains: ['localhost:8001'], token: 'other' }
    expect((await ask('PATCH', `/suites/${suiteId}`, change)).status).toBe(200)
    const after = { ...before, trustedDomains: ['localhost:8001'] }
    expect(simulator.world.suites.get(suiteId)).toEqual(after as Suite)
    expect((await ask('PATCH', '/suites/wwother', {})).body.code).toBe('suite_not_found')
  })

  test('adds suites and companies', async () => {
    const { ask } = setUp()
    const suite = await ask('POST', '/suites', { kind: 'customised' })
    expect(suite.body.suiteId).toStartWith('dk')
    const company = await ask('POST', '/companies', { name: '新企业' })
    const installed = await ask('POST', '/install', {
      suiteId: String(suite.body.suiteId),
      corpid: String(company.body.corpid),
    })
    expect(installed.body).toMatchObject({ installation: { agentid: 1000002 } })
  })

  test.each<[string, string, string | Json]>([
    ['what is no JSON', '/faults', '{'],
    ['what lacks a field', '/faults', { errcode: 1 }],
    ['a kind of garbage that there is not', '/faults', { path: '/x', garbage: 'other' }],
    ['a key that is too short', '/suites', { encodingAesKey: 'short' }],
  ])('refuses %s with 400', async (_, path, body) => {
    const answer = await setUp().ask('POST', path, body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid_request')
  })

  test('says in JSON that it has no such route', async () => {
    const { status, body } = await setUp().ask('GET', '/nothing')
    expect(status).toBe(404)
    expect(body.code).toBe('not_found')
  })
})

test('the page at / lists every route and loads nothing from elsewhere', async () => {
  const { simulator } = createBox()
  const response = await simulator.fetch('http://localhost/')
  const html = await response.text()
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  for (const { path } of simulator.app.routes) {
    const route = path.replace(/:(\w+)/g, '{$1}')
    if (!path.endsWith('*')) expect(html).toContain(route)
  }
})
