import { describe, expect, test } from 'bun:test'
import {
  type Answer,
  commandUrl,
  dataUrl,
  encodingAesKey,
  createBackend as setUp,
  success,
  systemUrl,
  ticketIn,
  token,
} from '../backend'
import { corpid, creator, provider, startMs, suiteId, templateId } from '../box'

describe('a URL check', () => {
  test("is sealed for the provider's corpid, which stands for $CORPID$ too", async () => {
    const { pusher, received } = setUp(({ message }) => new Response(message))
    expect(await pusher.checkUrl(suiteId, dataUrl)).toMatchObject({ ok: true, attempts: 1 })
    const [check] = received
    expect(check).toMatchObject({ method: 'GET', receiveId: provider.corpid })
    expect(check?.url.pathname).toBe(`/callback/data/${provider.corpid}`)
  })

  test('of the system URL uses its own key', async () => {
    const { pusher } = setUp(({ message }) => new Response(message))
    expect(await pusher.checkUrl('system', systemUrl)).toMatchObject({ ok: true })
  })

  test.each([
    ['a newline more', (echo: string) => `${echo}\n`],
    ['quotes', (echo: string) => `"${echo}"`],
    ['another text', () => 'success'],
  ])('fails for %s, at once', async (_, change) => {
    const { pusher } = setUp(({ message }) => new Response(change(message)))
    const check = await pusher.checkUrl(suiteId, commandUrl)
    expect(check).toMatchObject({ ok: false, problem: 'wrong_answer', attempts: 1 })
  })

  test('fails if the echo takes longer than a second', async () => {
    const { clock, pusher, simulator } = setUp(async ({ message }) => {
      await simulator.world.clock.sleep(1001)
      return new Response(message)
    })
    const checked = pusher.checkUrl(suiteId, commandUrl)
    await clock.advance(1001)
    expect(await checked).toMatchObject({ ok: false, problem: 'late' })
  })

  test('must succeed before a URL is saved', async () => {
    const answer: Answer = ({ url, message }) =>
      new Response(url.pathname === '/good' ? message : 'no')
    const { pusher, simulator } = setUp(answer, { suites: [{ suiteId, token, encodingAesKey }] })
    const checks = await pusher.saveUrls(suiteId, {
      commandUrl: 'https://backend.example/good',
      dataUrl: 'https://backend.example/bad',
    })
    expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: false } })
    expect(simulator.world.suites.get(suiteId)).toMatchObject({
      commandUrl: 'https://backend.example/good',
      dataUrl: null,
    })
  })
})

describe('tickets', () => {
  test('go out at once and then every ten minutes until they are stopped', async () => {
    const { clock, pusher, received } = setUp(success)
    const stop = pusher.startTickets()
    await clock.advance(0)
    expect(received.map(({ receiveId }) => receiveId)).toEqual([suiteId, templateId])
    await clock.advance(20 * 60_000)
    expect(received.length).toBe(6)
    stop()
    await clock.advance(60 * 60_000)
    expect(received.length).toBe(6)
    expect(new Set(received.map(({ message }) => ticketIn(message))).size).toBe(6)
  })

  test('stay good while the pushes of newer ones fail', async () => {
    let up = true
    const { clock, pusher, post, received, simulator } = setUp(
      () => new Response(up ? 'success' : '', { status: up ? 200 : 500 }),
    )
    await pusher.pushTicket(suiteId)
    const ticket = ticketIn(received[0]?.message ?? '')
    up = false
    const missed = pusher.pushTicket(suiteId)
    await clock.advance(2000)
    await missed
    const suite_secret = simulator.world.suites.get(suiteId)?.suiteSecret
    const request = { suite_id: suiteId, suite_secret, suite_ticket: ticket }
    const path = '/cgi-bin/service/get_suite_token'
    expect(await post(path, {}, request)).toHaveProperty('suite_access_token')
    up = true
    await pusher.pushTicket(suiteId)
    expect((await post(path, {}, request)).errcode).toBe(40085)
  })
})

describe('an authorisation', () => {
  test('from the market pushes a code that works', async () => {
    const { pusher, post, received, suiteToken } = setUp(success)
    const { push, authCode } = await pusher.install(suiteId, corpid, { state: 'channel7' })
    expect(push).toMatchObject({ ok: true })
    expect(received[0]?.message).toContain(`<AuthCode><![CDATA[${authCode}]]></AuthCode>`)
    expect(received[0]?.message).toContain('<State><![CDATA[channel7]]></State>')
    expect(received[0]?.message).toContain(`<TimeStamp>${startMs / 1000}</TimeStamp>`)
    const query = { suite_access_token: await suiteToken() }
    const answer = await post('/cgi-bin/service/v2/get_permanent_code', query, {
      auth_code: authCode,
    })
    expect(answer).toMatchObject({ errcode: 0, auth_user_info: { userid: creator } })
  })

  test("from the provider's own site pushes nothing", async () => {
    const { pusher, received } = setUp(success)
    const { push } = await pusher.install(suiteId, corpid, { from: 'provider' })
    expect(push).toBeNull()
    expect(received).toEqual([])
  })

  test('that changes, is reset or ends is told', async () => {
    const { pusher, received } = setUp(success)
    await pusher.install(templateId, corpid, { from: 'provider' })
    await pusher.changeAuth(templateId, corpid, { status: 'disabled' })
    await pusher.resetPermanentCode(templateId, corpid)
    await pusher.uninstall(templateId, corpid)
    expect(pusher.log().map(({ type }) => type)).toEqual([
      'change_auth',
      'reset_permanent_code',
      'cancel_auth',
    ])
    expect(received.at(-1)?.message).toContain(`<AuthCorpId><![CDATA[${corpid}]]></AuthCorpId>`)
  })

  test('can change only where there is one', async () => {
    const { pusher } = setUp(success)
    await expect(pusher.uninstall(suiteId, corpid)).rejects.toMatchObject({
      code: 'corp_not_authorized',
    })
    await expect(pusher.install(suiteId, 'wpNowhere')).rejects.toMatchObject({ code: 'not_found' })
  })
})
