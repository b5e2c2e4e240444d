import { describe, expect, test } from 'bun:test'
import { createBox, type Json, loginId, suiteId } from '../../box'

const path = '/cgi-bin/service/get_suite_token'

const setUp = (options: Parameters<typeof createBox>[0] = {}) => {
  const box = createBox(options)
  const request = (change: Json = {}) => ({
    suite_id: suiteId,
    suite_secret: box.simulator.world.suites.get(suiteId)?.suiteSecret,
    suite_ticket: 'suite_ticket' in change ? undefined : box.simulator.issueTicket(suiteId),
    ...change,
  })
  return { ...box, request, ask: (change: Json = {}) => box.post(path, {}, request(change)) }
}

describe('a suite_access_token', () => {
  test('costs the suite secret and the newest ticket, and comes without an errcode', async () => {
    const answer = await setUp().ask()
    expect(Object.keys(answer)).toEqual(['suite_access_token', 'expires_in'])
    expect(answer.expires_in).toBe(7200)
  })

  test.each<[number, string, Json]>([
    [41021, 'no suite id', { suite_id: undefined }],
    [41024, 'no secret', { suite_secret: '' }],
    [41023, 'no ticket', { suite_ticket: undefined }],
    [40083, 'an unknown suite', { suite_id: 'wwunknown' }],
    [40080, 'a wrong secret', { suite_secret: 'wrong' }],
    [40085, 'an unknown ticket', { suite_ticket: 'unknown' }],
    [40058, 'a suite id that is no text', { suite_id: 7 }],
  ])('is refused with %i for %s', async (errcode, _, change) => {
    expect((await setUp().ask(change)).errcode).toBe(errcode)
  })

  test("is refused with 40085 for another suite's ticket", async () => {
    const { simulator, ask } = setUp()
    const answer = await ask({ suite_ticket: simulator.issueTicket(loginId) })
    expect(answer.errcode).toBe(40085)
  })

  test('is refused for a ticket after which a newer one was delivered', async () => {
    const { simulator, ask } = setUp()
    const older = simulator.issueTicket(suiteId)
    simulator.issueTicket(suiteId)
    expect((await ask({ suite_ticket: older })).errcode).toBe(40085)
  })

  test('is given for an older ticket where the rules allow that', async () => {
    const { simulator, ask } = setUp({ acceptsOlderTickets: true })
    const older = simulator.issueTicket(suiteId)
    simulator.issueTicket(suiteId)
    expect(await ask({ suite_ticket: older })).toHaveProperty('suite_access_token')
  })

  test('is given for a ticket until its thirty minutes are over', async () => {
    const { clock, simulator, ask } = setUp()
    const ticket = simulator.issueTicket(suiteId)
    await clock.advance(30 * 60_000 - 1)
    expect(await ask({ suite_ticket: ticket })).toHaveProperty('suite_access_token')
    const second = simulator.issueTicket(suiteId)
    await clock.advance(30 * 60_000)
    expect((await ask({ suite_ticket: second })).errcode).toBe(40085)
  })

  test('stays the same while it lives, with the seconds it has left', async () => {
    const { clock, ask } = setUp()
    const first = await ask()
    await clock.advance(600_000)
    const second = await ask()
    expect(second.suite_access_token).toBe(first.suite_access_token)
    expect(second.expires_in).toBe(6600)
  })

  test('is a new one beside the old one under the rule new', async () => {
    const { get, ask } = setUp({ repeatedFetch: 'new' })
    const first = await ask()
    const second = await ask()
    expect(second.suite_access_token).not.toBe(first.suite_access_token)
    const query = { suite_access_token: String(first.suite_access_token) }
    expect((await get('/cgi-bin/service/get_pre_auth_code', query)).errcode).toBe(0)
  })

  test('voids the one before under the rule replace', async () => {
    const { get, ask } = setUp({ repeatedFetch: 'replace' })
    const first = await ask()
    await ask()
    const query = { suite_access_token: String(first.suite_access_token) }
    expect((await get('/cgi-bin/service/get_pre_auth_code', query)).errcode).toBe(40082)
  })

  test('lives as long as the world says', async () => {
    const { ask } = setUp({ lifetimesSeconds: { suite_access_token: 90 } })
    expect((await ask()).expires_in).toBe(90)
  })
})

describe('the bearer of a suite_access_token', () => {
  const preAuthCode = '/cgi-bin/service/get_pre_auth_code'

  test('is told that it is missing, unknown, or expired', async () => {
    const { clock, get, suiteToken } = setUp()
    const suite_access_token = await suiteToken()
    expect((await get(preAuthCode)).errcode).toBe(41022)
    expect((await get(preAuthCode, { suite_access_token: 'unknown' })).errcode).toBe(40082)
    expect((await get(preAuthCode, { suite_access_token })).errcode).toBe(0)
    await clock.advance(7_200_000)
    expect((await get(preAuthCode, { suite_access_token })).errcode).toBe(42009)
  })

  test("is refused with 40082 for a company's token in its place", async () => {
    const { get, corpToken } = setUp()
    const answer = await get(preAuthCode, { suite_access_token: await corpToken() })
    expect(answer.errcode).toBe(40082)
  })

  test('learns that it was ended early', async () => {
    const { get, suiteToken, simulator } = setUp()
    const suite_access_token = await suiteToken()
    expect(simulator.killTokens({ suiteId })).toBe(1)
    expect((await get(preAuthCode, { suite_access_token })).errcode).toBe(40082)
    const renewed = await suiteToken()
    simulator.killTokens({ kind: 'suite_access_token', as: 'expired' })
    expect((await get(preAuthCode, { suite_access_token: renewed })).errcode).toBe(42009)
  })

  test('may prepare an install with its own pre_auth_code alone', async () => {
    const { get, post, suiteToken } = setUp()
    const query = { suite_access_token: await suiteToken() }
    const { pre_auth_code, expires_in } = await get(preAuthCode, query)
    expect(expires_in).toBe(1200)
    const session_info = { appid: [], auth_type: 1 }
    const path = '/cgi-bin/service/set_session_info'
    expect((await post(path, query, { pre_auth_code, session_info })).errcode).toBe(0)
    const wrong = { pre_auth_code: 'unknown', session_info }
    expect((await post(path, query, wrong)).errcode).toBe(40077)
    const foreign = { suite_access_token: await suiteToken(loginId) }
    expect((await post(path, foreign, { pre_auth_code, session_info })).errcode).toBe(40077)
  })
})
