import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { RepeatedFetch } from '../../../src/simulator/world/rules'
import { jsapiSignature } from '../../../src/wecom/jssdk'
import { adminToken, createScene, jsonOf, pageUrl, type Scene } from '../../scene'
import { installedThrice } from '../../suite/three-suites'

const types = [
  ['config', 'jsapi_ticket', '/cgi-bin/get_jsapi_ticket'],
  ['agent_config', 'agent_ticket', '/cgi-bin/ticket/get'],
] as const
type Type = (typeof types)[number][0]

const json = { 'content-type': 'application/json' }

const report = (scene: Scene, path: string, body: unknown) =>
  scene.ask(path, {
    method: 'POST',
    headers: json,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const installedScene = async (repeatedFetch: RepeatedFetch = 'same') => {
  const scene = await createScene({ simulator: { repeatedFetch } })
  const corpid = await scene.installed()
  const pathOf = (type: Type) => `/api/corps/${corpid}/jsapi-ticket?type=${type}`
  scene.simulator.calls.clear()
  return { scene, corpid, pathOf }
}

/** What WeCom's client says of a page that was signed with this ticket. */
const verdictOn = (
  { simulator, suiteId, clock }: Scene,
  corpid: string,
  type: Type,
  ticket: string,
) => {
  const timestamp = Math.floor(clock.now() / secondMs)
  const signature = jsapiSignature(ticket, 'nonce', timestamp, pageUrl)
  const page = { suiteId, corpid, type, url: pageUrl, timestamp, nonceStr: 'nonce', signature }
  return simulator.acceptsSignature(page)
}

describe.each(types)('a company’s ticket for %s', (type, kind, wecomPath) => {
  test('signs pages, and says until when', async () => {
    const { scene, corpid, pathOf } = await installedScene()
    const answer = await scene.ask(pathOf(type))
    expect(answer).toEqual({
      ticket: expect.any(String),
      expiresAt: scene.clock.now() + 2 * hourMs,
    })
    expect(verdictOn(scene, corpid, type, answer.ticket)).toEqual({ ok: true })
  })

  test('is the one that /sign signs with, fetched once for all', async () => {
    const { scene, corpid, pathOf } = await installedScene()
    const asking = Array.from({ length: 20 }, () => scene.ask(pathOf(type)))
    const signed = await jsonOf(await scene.sign(corpid, type))
    const [{ ticket }] = await Promise.all(asking)
    const { nonceStr, timestamp, signature } = signed
    expect(jsapiSignature(ticket, nonceStr, timestamp, pageUrl)).toBe(signature)
    expect(scene.calls(wecomPath)).toBe(1)
  })

  test('is kept by nobody on the way', async () => {
    const { scene, pathOf } = await installedScene()
    const headers = { authorization: `Bearer ${adminToken}` }
    for (const method of ['GET', 'POST']) {
      const answer = await scene.request(pathOf(type), { method, headers })
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('is for the admin token alone', async () => {
    const { scene, pathOf } = await installedScene()
    for (const method of ['GET', 'POST']) {
      const answer = await scene.request(pathOf(type), { method })
      expect(answer.status).toBe(401)
      expect(await jsonOf(answer)).toMatchObject({ code: 'unauthorized' })
    }
    expect(scene.calls('*')).toBe(0)
  })

  test('reported dead by fifty is replaced once, and signs again', async () => {
    const { scene, corpid, pathOf } = await installedScene()
    const { ticket: dead } = await scene.ask(pathOf(type))
    scene.simulator.killTokens({ kind })
    expect(verdictOn(scene, corpid, type, dead)).toMatchObject({ errcode: 40093 })
    const asking = Array.from({ length: 50 }, () => report(scene, pathOf(type), { dead }))
    const answers = await Promise.all(asking)
    const good = await scene.ask(pathOf(type))
    expect(new Set(answers.map(({ ticket }) => ticket))).toEqual(new Set([good.ticket]))
    expect(good.ticket).not.toBe(dead)
    expect(verdictOn(scene, corpid, type, good.ticket)).toEqual({ ok: true })
    expect(scene.calls(wecomPath)).toBe(2)
  })

  test('stands in no line of the log', async () => {
    const { scene, pathOf } = await installedScene()
    const { ticket: dead } = await scene.ask(pathOf(type))
    scene.simulator.killTokens({ kind })
    const { ticket: good } = await report(scene, pathOf(type), { dead })
    const log = JSON.stringify(scene.logs)
    for (const ticket of [dead, good]) expect(log).not.toContain(ticket)
  })

  test('that WeCom insists on comes back, and is asked about once a minute', async () => {
    const { scene, pathOf } = await installedScene()
    const { ticket } = await scene.ask(pathOf(type))
    for (let second = 0; second < 120; second += 5) {
      expect((await report(scene, pathOf(type), { dead: ticket })).ticket).toBe(ticket)
      await scene.clock.advance(5 * secondMs)
    }
    expect(scene.calls(wecomPath)).toBe(1 + 2)
  })

  test('is not fetched beyond WeCom’s budget for reports; the last one serves on', async () => {
    const { scene, corpid, pathOf } = await installedScene('new')
    let { ticket } = await scene.ask(pathOf(type))
    for (let n = 1; n < 100; n++) {
      const next = await report(scene, pathOf(type), { dead: ticket })
      expect(next.ticket).not.toBe(ticket)
      ticket = next.ticket
    }
    const refused = await scene.request(pathOf(type), {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ dead: ticket }),
    })
    expect(refused.status).toBe(429)
    expect(await jsonOf(refused)).toMatchObject({ code: 'too_many_requests' })
    expect(Number(refused.headers.get('retry-after'))).toBe(3600)
    expect((await scene.ask(pathOf(type))).ticket).toBe(ticket)
    expect((await scene.sign(corpid, type)).status).toBe(200)
    expect(scene.calls(wecomPath)).toBe(100)
    expect(scene.simulator.calls.count({ errcode: 45009 })).toBe(0)
    await scene.clock.advance(hourMs)
    expect((await report(scene, pathOf(type), { dead: ticket })).ticket).not.toBe(ticket)
  })

  test('is not replaced for a report of another one', async () => {
    const { scene, pathOf } = await installedScene()
    const good = await scene.ask(pathOf(type))
    expect(await report(scene, pathOf(type), { dead: 'never-was' })).toEqual(good)
    expect(scene.calls(wecomPath)).toBe(1)
  })

  test('leaves the other type’s and the token alone', async () => {
    const { scene, corpid, pathOf } = await installedScene()
    const other = pathOf(type === 'config' ? 'agent_config' : 'config')
    const [{ ticket: dead }, before] = [await scene.ask(pathOf(type)), await scene.ask(other)]
    const token = await scene.ask(`/api/corps/${corpid}/access-token`)
    scene.simulator.killTokens({ kind })
    await report(scene, pathOf(type), { dead })
    expect(await scene.ask(other)).toEqual(before)
    expect(await scene.ask(`/api/corps/${corpid}/access-token`)).toEqual(token)
  })
})

describe('a company’s ticket', () => {
  test('is that for config where no type is named', async () => {
    const { scene, corpid, pathOf } = await installedScene()
    const path = `/api/corps/${corpid}/jsapi-ticket`
    expect(await scene.ask(path)).toEqual(await scene.ask(pathOf('config')))
  })

  test.each(['agent', 'CONFIG', '', 'config,agent_config'])(
    'is of no such type as %j',
    async (type) => {
      const { scene, corpid } = await installedScene()
      const path = `/api/corps/${corpid}/jsapi-ticket?type=${type}`
      const told = { status: 400, code: 'invalid_request', errors: [{ field: 'type' }] }
      expect(await scene.ask(path)).toMatchObject(told)
      expect(await report(scene, path, { dead: 'x' })).toMatchObject(told)
      expect(scene.calls('*')).toBe(0)
    },
  )

  test.each([
    ['nothing', ''],
    ['no ticket', {}],
    ['an empty ticket', { dead: '' }],
    ['a ticket that is no text', { dead: 7 }],
    ['a ticket longer than any', { dead: 'x'.repeat(1025) }],
    ['null', 'null'],
    ['a list', []],
  ])('is not replaced for a report of %s', async (_, body) => {
    const { scene, pathOf } = await installedScene()
    const told = { status: 400, code: 'invalid_request' }
    expect(await report(scene, pathOf('config'), body)).toMatchObject(told)
    expect(scene.calls('*')).toBe(0)
  })

  test('is of the app that is named', async () => {
    const { scene, corpids } = await installedThrice()
    const path = `/api/corps/${corpids[0]}/jsapi-ticket`
    expect(await scene.ask(path)).toMatchObject({ status: 400, code: 'suite_required' })
    const keys = ['crm', 'hr', 'template']
    const tickets = await Promise.all(keys.map((key) => scene.ask(`${path}?suite=${key}`)))
    expect(new Set(tickets.map(({ ticket }) => ticket)).size).toBe(3)
    scene.simulator.killTokens({ kind: 'jsapi_ticket' })
    const [crm, hr] = tickets
    const next = await report(scene, `${path}?suite=hr`, { dead: hr.ticket })
    expect(next.ticket).not.toBe(hr.ticket)
    expect((await scene.ask(`${path}?suite=crm`)).ticket).toBe(crm.ticket)
  })

  test('of a company that never installed the app is none', async () => {
    const { scene } = await installedScene()
    expect(await scene.ask('/api/corps/wpNever/jsapi-ticket')).toMatchObject({
      status: 404,
      code: 'corp_not_authorized',
    })
  })
})

describe('the tickets of a company whose access token was reported dead', () => {
  const signing = async (repeatedFetch: RepeatedFetch) => {
    const stage = await installedScene(repeatedFetch)
    const { scene, corpid } = stage
    for (const [type] of types) expect((await scene.sign(corpid, type)).status).toBe(200)
    scene.simulator.calls.clear()
    const path = `/api/corps/${corpid}/access-token`
    const reportToken = async () => {
      const { accessToken: dead } = await scene.ask(path)
      return report(scene, path, { dead })
    }
    return { ...stage, reportToken }
  }

  const ticketCalls = (scene: Scene) => types.map(([, , path]) => scene.calls(path))

  test('serve on, and are renewed in the background with its successor', async () => {
    const { scene, corpid, pathOf, reportToken } = await signing('new')
    const before = await scene.ask(pathOf('config'))
    await reportToken()
    expect(await scene.ask(pathOf('config'))).toEqual(before)
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(ticketCalls(scene)).toEqual([0, 0])
    await scene.clock.advance(minuteMs)
    expect(ticketCalls(scene)).toEqual([1, 1])
    expect((await scene.ask(pathOf('config'))).ticket).not.toBe(before.ticket)
  })

  test('are left alone if WeCom insists that it lives', async () => {
    const { scene, reportToken } = await signing('same')
    await reportToken()
    await scene.clock.advance(minuteMs)
    expect(ticketCalls(scene)).toEqual([0, 0])
  })

  test('are left alone if they are those of a company that nobody asks for', async () => {
    const { scene, reportToken } = await signing('new')
    const other = await scene.installed(scene.corpids[1])
    expect((await scene.sign(other)).status).toBe(200)
    await reportToken()
    await scene.clock.advance(minuteMs)
    expect(scene.simulator.calls.count({ path: '/cgi-bin/get_jsapi_ticket', corpid: other })).toBe(
      1,
    )
  })

  test('take half of the hour’s budget at most, however often that is said', async () => {
    const { scene, corpid, reportToken } = await signing('new')
    for (let n = 0; n < 60; n++) {
      await reportToken()
      await scene.clock.advance(15 * secondMs)
      for (const [type] of types) expect((await scene.sign(corpid, type)).status).toBe(200)
    }
    const [config = 0, agent = 0] = ticketCalls(scene)
    expect(config + agent).toBeGreaterThan(40)
    expect(config + agent).toBeLessThanOrEqual(52)
  })
})
