/** The binary is told of dead tokens and tickets by a program that uses them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { addCompany } from '../../src/simulator/world/create-world'
import { jsapiSignature } from '../../src/wecom/jssdk'
import { pageUrl, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

/** All cases share one service; each has a company of its own. */
const workshop = useWorkshop(afterAll)

let wecom: Wecom
let dataDir: string
let suited: Suited
let corpid: string

beforeAll(async () => {
  wecom = workshop.wecom()
  dataDir = await workshop.folder()
  suited = await workshop.serviceFor(wecom, dataDir)
  await wecom.giveTicket(suited)
})

beforeEach(async () => {
  corpid = addCompany(wecom.simulator.world).corpid
  await wecom.install(suited, corpid)
})

const json = { 'content-type': 'application/json' }

/** Asks the simulator over the network, as whoever develops against it does. */
const control = async (path: string, body: unknown) => {
  const init = { method: 'POST', headers: json, body: JSON.stringify(body) }
  return (await fetch(`${wecom.url}/simulator/${path}`, init)).json()
}

const report = (path: string, dead: string) =>
  suited.ask(path, { method: 'POST', headers: json, body: JSON.stringify({ dead }) })

describe.each([
  ['config', 'jsapi_ticket', '/cgi-bin/get_jsapi_ticket'],
  ['agent_config', 'agent_ticket', '/cgi-bin/ticket/get'],
] as const)('a ticket for %s that WeCom no longer takes', (type, kind, wecomPath) => {
  const verdictOn = (page: object) =>
    control('check-signature', { suiteId: wecom.suiteId, corpid, type, url: pageUrl, ...page })

  /** A program of the provider's own signs. */
  const signWith = (ticket: string) => {
    const timestamp = Math.floor(Date.now() / 1000)
    const signature = jsapiSignature(ticket, 'nonce', timestamp, pageUrl)
    return verdictOn({ timestamp, nonceStr: 'nonce', signature })
  }

  test('is reported, replaced once, and pages are signed with the new one', async () => {
    const path = `/api/corps/${corpid}/jsapi-ticket?type=${type}`
    const { ticket: dead } = await suited.ask(path)
    expect(await signWith(dead)).toEqual({ ok: true })
    expect(await control('kill-tokens', { kind })).toEqual({ killed: 1 })
    expect(await signWith(dead)).toMatchObject({ ok: false, errcode: 40093 })
    expect(
      await verdictOn((await (await suited.sign(corpid, type)).json()) as object),
    ).toMatchObject({ ok: false })

    wecom.simulator.calls.clear()
    const answers = await Promise.all(Array.from({ length: 50 }, () => report(path, dead)))
    const { ticket, expiresAt } = await suited.ask(path)
    expect(new Set(answers.map((answer) => answer.ticket))).toEqual(new Set([ticket]))
    expect(ticket).not.toBe(dead)
    expect(expiresAt).toBeGreaterThan(Date.now())
    expect(wecom.simulator.calls.count({ path: wecomPath })).toBe(1)
    expect(await signWith(ticket)).toEqual({ ok: true })
    const signed = (await (await suited.sign(corpid, type)).json()) as object
    expect(await verdictOn(signed)).toEqual({ ok: true })
    const { stderr } = suited.process
    for (const secret of [dead, ticket]) expect(stderr).not.toContain(secret)
  })
})

describe('a token that was reported dead while WeCom is down', () => {
  test('is handed to nobody, after a restart neither, and has a successor once WeCom is back', async () => {
    const path = `/api/corps/${corpid}/access-token`
    const { accessToken: dead } = await suited.ask(path)
    const { faults } = wecom.simulator
    wecom.simulator.killTokens({ kind: 'access_token' })
    faults.add({ path: '/cgi-bin/service/get_corp_token', status: 503 })
    expect(await report(path, dead)).toMatchObject({ status: 502, code: 'wecom_error' })
    expect(await suited.ask(path)).toMatchObject({ status: 502, code: 'wecom_error' })

    await suited.process.kill()
    suited = await workshop.serviceFor(wecom, dataDir)
    expect(await suited.ask(path)).toMatchObject({ status: 502, code: 'wecom_error' })
    faults.clear()
    const good = await until('a good token', async () => {
      const answer = await suited.ask(path)
      return answer.accessToken ?? null
    })
    expect(good).not.toBe(dead)
  })
})
