import { describe, expect, test } from 'bun:test'
import { getJsApiSignature } from '@wecom/crypto'
import type { PageSignature } from '../../../src/simulator/world/jssdk'
import { corpid, createBox, otherCorpid, suiteId } from '../box'

const page = 'https://app.example.com/page/?q=a%20b&x=1'

const setUp = async () => {
  const box = createBox()
  const query = { access_token: await box.corpToken() }
  const config = String((await box.get('/cgi-bin/get_jsapi_ticket', query)).ticket)
  const agentTicket = async () =>
    String((await box.get('/cgi-bin/ticket/get', { ...query, type: 'agent_config' })).ticket)
  const sign = (ticket: string, change: Partial<PageSignature> = {}): PageSignature => {
    const signed = getJsApiSignature({
      url: page,
      ticket,
      nonceStr: 'n0nce',
      timestamp: 1700000000,
    })
    const { timestamp, nonceStr, signature } = signed
    return { suiteId, corpid, type: 'config', url: page, timestamp, nonceStr, signature, ...change }
  }
  const judge = (signed: PageSignature) => {
    const verdict = box.simulator.acceptsSignature(signed)
    return verdict.ok ? 'ok' : verdict.errcode
  }
  return { ...box, config, agentTicket, sign, judge }
}

describe("a page's signature", () => {
  test("is accepted if WeCom's own package made it with the ticket of the company", async () => {
    const { config, sign, judge } = await setUp()
    expect(judge(sign(config))).toBe('ok')
  })

  test('is accepted wherever on the page the reader is', async () => {
    const { config, sign, judge } = await setUp()
    expect(judge(sign(config, { url: `${page}#part` }))).toBe('ok')
  })

  test('is accepted with its timestamp as text', async () => {
    const { config, sign, judge } = await setUp()
    expect(judge(sign(config, { timestamp: '1700000000' }))).toBe('ok')
  })

  test("is accepted for agent_config if made with the app's ticket", async () => {
    const { agentTicket, sign, judge } = await setUp()
    const signed = sign(await agentTicket(), { type: 'agent_config', agentid: 1000002 })
    expect(judge(signed)).toBe('ok')
    expect(judge({ ...signed, agentid: 1000009 })).toBe(42012)
  })

  test("is refused with 42012 for agent_config before the app's first ticket", async () => {
    const { config, sign, judge } = await setUp()
    expect(judge(sign(config, { type: 'agent_config' }))).toBe(42012)
  })

  test("is refused for agent_config if made with the company's ticket", async () => {
    const { config, agentTicket, sign, judge } = await setUp()
    await agentTicket()
    expect(judge(sign(config, { type: 'agent_config' }))).toBe(40093)
  })

  test.each<[number | 'ok', string, Partial<PageSignature>]>([
    [40093, 'another address', { url: `${page}&more=1` }],
    [40093, 'another nonce', { nonceStr: 'other' }],
    [40093, 'another time', { timestamp: 1700000001 }],
    [40093, 'a signature in capitals', { signature: 'A'.repeat(40) }],
    [80001, 'a page on no trusted domain', { url: 'https://example.com/page/' }],
    [80001, 'a page without an address', { url: 'page' }],
    [40013, 'a company that lacks the app', { corpid: otherCorpid }],
    [40013, 'a corpid in other letters', { corpid: corpid.toLowerCase() }],
    [40013, 'an unknown suite', { suiteId: 'wwother' }],
  ])('is refused with %s for %s', async (errcode, _, change) => {
    const { config, sign, judge } = await setUp()
    expect(judge(sign(config, change))).toBe(errcode)
  })

  test('is refused with a timestamp in milliseconds, though it fits', async () => {
    const { config, sign, judge } = await setUp()
    const signed = getJsApiSignature({
      url: page,
      ticket: config,
      nonceStr: 'n0nce',
      timestamp: 1700000000000,
    })
    const { timestamp, signature } = signed
    expect(judge(sign(config, { timestamp, signature }))).toBe(40093)
  })

  test('is refused once the ticket has expired or was ended', async () => {
    const { clock, config, sign, judge, simulator, agentTicket } = await setUp()
    const agent = await agentTicket()
    simulator.killTokens({ kind: 'agent_ticket' })
    expect(judge(sign(agent, { type: 'agent_config' }))).toBe(40093)
    await clock.advance(7_200_000)
    expect(judge(sign(config))).toBe(40093)
  })
})
