import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { encrypt, getSignature } from '@wecom/crypto'
import { addCompany } from '../../src/simulator/world/create-world'
import { randomText, seededRandom } from '../../src/simulator/world/random-text'
import { type SeveralSuites, startSeveralSuites } from './several-suites'
import { adminToken, pageUrl } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

/** All cases share one service; each has companies of its own. */
const workshop = useWorkshop(afterAll)

const publicUrl = 'https://gw.example.com/wecom'

let stage: SeveralSuites
let corpid: string
let otherCorpid: string

beforeAll(async () => {
  stage = await startSeveralSuites(workshop, () => ({ public_url: publicUrl }))
})

beforeEach(async () => {
  const { world } = stage.wecom.simulator
  corpid = addCompany(world).corpid
  otherCorpid = addCompany(world).corpid
  await stage.install('template', corpid)
})

const sign = (of = corpid) => {
  const query = new URLSearchParams({ corpid: of, url: pageUrl, type: 'agent_config' })
  return fetch(`${stage.suited.url}/suites/template/sign?${query}`)
}

describe('the secret of a customised app', () => {
  test('is its permanent code: the token comes from gettoken', async () => {
    const { calls, acceptsSignature } = stage.wecom.simulator
    const { suiteId } = stage.suites.template
    const signed = (await (await sign()).json()) as never
    const page = Object.assign({ suiteId, corpid, type: 'agent_config', url: pageUrl }, signed)
    expect(acceptsSignature(page as never).ok).toBe(true)
    expect(calls.count({ path: '/cgi-bin/gettoken', corpid, errcode: 0 })).toBe(1)
    expect(calls.count({ path: '/cgi-bin/service/get_corp_token', corpid })).toBe(0)
  })

  test('may be reset: the new one is fetched and the old one never presented again', async () => {
    const { calls, pusher, world } = stage.wecom.simulator
    const { suiteId } = stage.suites.template
    await sign()
    const { permanentCode: before } = world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!
    const push = await pusher.resetPermanentCode(suiteId, corpid)
    expect(push).toMatchObject({ ok: true, body: 'success' })
    await stage.settled()
    expect(world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!.permanentCode).not.toBe(before)
    expect((await sign()).status).toBe(200)
    expect(calls.count({ path: '/cgi-bin/gettoken', errcode: 40001 })).toBe(0)
    const { items } = await stage.suited.ask('/api/events?suite=template&type=reset_permanent_code')
    expect(items).toMatchObject([{ status: 'done', corpid, payload: { AuthCode: '***' } }])
  })
})

describe('the callback pair of a company', () => {
  const random = seededRandom(7)
  const newPair = () => ({ token: randomText(random, 32), encodingAesKey: randomText(random, 43) })

  const put = async (of: string, body: object, suite = 'template') => {
    const answer = await fetch(`${stage.suited.url}/api/corps/${of}/callback?suite=${suite}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
      body: JSON.stringify(body),
    })
    return { status: answer.status, told: (await answer.json()) as never }
  }

  /** A request to a company's URL, sealed with this pair. */
  const sealed = (
    of: string,
    { token, encodingAesKey }: ReturnType<typeof newPair>,
    text: string,
    receiveId: string,
  ) => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const ciphertext = encrypt(encodingAesKey, text, receiveId)
    const query = new URLSearchParams({
      msg_signature: getSignature(token, timestamp, '7', ciphertext),
      timestamp,
      nonce: '7',
    })
    return { url: `${stage.suited.url}/suites/template/corps/${of}/callback`, query, ciphertext }
  }

  const check = (...request: Parameters<typeof sealed>) => {
    const { url, query, ciphertext } = sealed(...request)
    query.set('echostr', ciphertext)
    return fetch(`${url}?${query}`)
  }

  const push = (...request: Parameters<typeof sealed>) => {
    const { url, query, ciphertext } = sealed(...request)
    const body = `<xml><ToUserName>x</ToUserName><Encrypt>${ciphertext}</Encrypt></xml>`
    return fetch(`${url}?${query}`, { method: 'POST', body })
  }

  test('is set, not shown, and opens the company’s own URL', async () => {
    const pair = newPair()
    const url = `${publicUrl}/suites/template/corps/${corpid}/callback`
    const path = `/api/corps/${corpid}/callback?suite=template`
    expect(await stage.suited.ask(path)).toEqual({ url, configured: false })
    expect(await put(corpid, pair)).toEqual({
      status: 200,
      told: { url, configured: true } as never,
    })
    expect(await stage.suited.ask(path)).toEqual({ url, configured: true })

    // Sealed for the company or for the provider: WeCom’s pages don’t say which.
    for (const receiveId of [corpid, stage.wecom.simulator.world.provider.corpid]) {
      const answer = await check(corpid, pair, `echo for ${receiveId}`, receiveId)
      expect([answer.status, await answer.text()]).toEqual([200, `echo for ${receiveId}`])
    }
    const text = `<xml><ToUserName>${corpid}</ToUserName><FromUserName>woA</FromUserName><CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType>text</MsgType><Content>own URL</Content><MsgId>7</MsgId><AgentID>1</AgentID></xml>`
    const answer = await push(corpid, pair, text, corpid)
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    const { items } = await stage.suited.ask('/api/events?type=text')
    const { suiteId } = stage.suites.template
    expect(items).toMatchObject([{ corpid, suiteId, payload: { Content: 'own URL' } }])
    await until('a line that names the check', () =>
      stage.suited
        .logs()
        .some(
          ({ message, receiveId }) => message === 'WeCom checked a URL' && receiveId === corpid,
        ),
    )
    const written = stage.suited.process.stderr
    expect(Object.values(pair).filter((secret) => written.includes(secret))).toEqual([])
  })

  test('opens no other company’s URL, and the template’s own pair opens both', async () => {
    await stage.install('template', otherCorpid)
    const pair = newPair()
    await put(corpid, pair)
    expect((await check(otherCorpid, pair, '1', otherCorpid)).status).toBe(403)
    const { token, encodingAesKey } = stage.suites.template
    for (const of of [corpid, otherCorpid]) {
      expect((await check(of, { token, encodingAesKey }, '1', of)).status).toBe(200)
    }
  })

  test('is refused where it is none, for an app that is not customised, for a company that has not authorised', async () => {
    const pair = newPair()
    const short = await put(corpid, { ...pair, encodingAesKey: 'short' })
    expect(short).toMatchObject({ status: 400, told: { code: 'invalid_request' } as never })
    expect(short.told).toMatchObject({ errors: [{ field: 'encodingAesKey' }] })
    await stage.install('crm', corpid)
    expect(await put(corpid, pair, 'crm')).toMatchObject({ status: 403 })
    const foreign = await put(otherCorpid, pair)
    expect(foreign).toMatchObject({ status: 404, told: { code: 'corp_not_authorized' } as never })
  })
})

test('the QR code of a template is asked of WeCom, and the state that it carries comes with the install', async () => {
  const { suited, wecom, suites } = stage
  const path = '/api/suites/template/authorization-url'
  const told = await suited.ask(`${path}?state=channel7`)
  expect(told).toEqual({ url: expect.stringMatching(/^https:/), expiresInSeconds: 864000 })
  for (const state of ['', 'x'.repeat(33), 'a-b']) {
    expect(await suited.ask(`${path}?state=${state}`)).toMatchObject({ code: 'invalid_request' })
  }
  const ofApp = await suited.ask('/api/suites/crm/authorization-url?state=channel7')
  expect(ofApp).toMatchObject({ status: 403, code: 'forbidden' })

  const { suiteId } = suites.template
  await wecom.simulator.pusher.install(suiteId, otherCorpid, { state: 'channel7' })
  await stage.settled()
  const { items } = await suited.ask(`/api/events?type=create_auth&corpid=${otherCorpid}`)
  expect(items).toMatchObject([{ payload: { State: 'channel7' }, status: 'done' }])
})
