import { expect, test } from 'bun:test'
import { encrypt, getJsApiSignature, getSignature } from '@wecom/crypto'
import { credentialsOf } from '../../src/simulator/world/credentials'
import { issueTicket } from '../../src/simulator/world/tokens'
import { pageUrl, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

interface Signed {
  readonly timestamp: number
  readonly nonceStr: string
  readonly signature: string
}

const kinds = [
  { type: 'config', ticketKind: 'jsapi_ticket' },
  { type: 'agent_config', ticketKind: 'agent_ticket' },
] as const

/** A signature of each type, judged by WeCom's client. */
const verdicts = async ({ simulator, suiteId }: Wecom, suited: Suited, corpid: string) => {
  const judged: boolean[] = []
  for (const { type } of kinds) {
    const signed = (await (await suited.sign(corpid, type)).json()) as Signed
    judged.push(simulator.acceptsSignature({ suiteId, corpid, type, url: pageUrl, ...signed }).ok)
  }
  return judged
}

test('over real ports it goes from the URL check to signatures that WeCom accepts and its own package computes, and to a message', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  const { pusher } = wecom.simulator
  const [corpid] = wecom.corpids

  const checks = await pusher.saveUrls(wecom.suiteId, {
    commandUrl: `${suited.url}/callback/command`,
    dataUrl: `${suited.url}/callback/data/$CORPID$`,
  })
  expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  expect(await verdicts(wecom, suited, corpid)).toEqual([true, true])
  for (const { type, ticketKind } of kinds) {
    const { signature, ...signed } = (await (await suited.sign(corpid, type)).json()) as Signed
    const owner = { suiteId: wecom.suiteId, corpid }
    const ticket = credentialsOf(wecom.simulator.world.credentials, ticketKind, owner).at(-1)!.value
    const { nonceStr, timestamp } = signed
    const theirs = getJsApiSignature({ url: pageUrl, ticket, nonceStr, timestamp })
    expect(signature).toBe(theirs.signature)
  }

  const push = await pusher.message(wecom.suiteId, corpid, { text: '你好，二进制' })
  expect(push).toMatchObject({ ok: true, body: '' })
  const { items } = await suited.ask(`/api/events?corpid=${corpid}&type=text`)
  expect(items).toMatchObject([{ payload: { Content: '你好，二进制' } }])
})

test('what WeCom’s own package seals is understood: a URL check, a ticket, a message', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  const { simulator, suite, suiteId } = wecom
  const { provider } = simulator.world
  const [corpid] = wecom.corpids
  const timestamp = String(Math.floor(Date.now() / 1000))

  const seal = (text: string, receiveId: string) => {
    const sealed = encrypt(suite.encodingAesKey, text, receiveId)
    const msg_signature = getSignature(suite.token, timestamp, 'nonce', sealed)
    return { sealed, query: new URLSearchParams({ msg_signature, timestamp, nonce: 'nonce' }) }
  }
  const push = async (path: string, xml: string, receiveId: string) => {
    const { sealed, query } = seal(xml, receiveId)
    const body = `<xml><ToUserName>${receiveId}</ToUserName><Encrypt>${sealed}</Encrypt></xml>`
    return (await fetch(`${suited.url}${path}?${query}`, { method: 'POST', body })).text()
  }

  const { sealed, query } = seal('4711', provider.corpid)
  query.set('echostr', sealed)
  expect(await (await fetch(`${suited.url}/callback/command?${query}`)).text()).toBe('4711')

  const ticket = issueTicket(simulator.world, suiteId)
  const command = `<xml><SuiteId>${suiteId}</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>${timestamp}</TimeStamp><SuiteTicket>${ticket}</SuiteTicket></xml>`
  expect(await push('/callback/command', command, suiteId)).toBe('success')
  await until('a token for that ticket', async () => {
    const { suites } = await suited.ask('/api/status')
    return suites[0].accessTokenExpiresAt
  })

  const message = `<xml><ToUserName>${corpid}</ToUserName><FromUserName>zhang</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>text</MsgType><Content><![CDATA[张三 & 李四]]></Content><MsgId>1</MsgId><AgentID>1000002</AgentID></xml>`
  expect(await push(`/callback/data/${corpid}`, message, corpid)).toBe('')
  const { items } = await suited.ask('/api/events?type=text')
  expect(items).toMatchObject([{ corpid, payload: { Content: '张三 & 李四' } }])
})

test('after kill -9 it signs without any call to WeCom, and takes an install before the next ticket', async () => {
  const wecom = workshop.wecom()
  const { calls } = wecom.simulator
  const dataDir = await workshop.folder()
  const [corpid, newcomer] = wecom.corpids
  const before = await workshop.serviceFor(wecom, dataDir)
  await wecom.giveTicket(before)
  await wecom.install(before, corpid)
  expect(await verdicts(wecom, before, corpid)).toEqual([true, true])
  await before.process.kill()
  calls.clear()

  const after = await workshop.serviceFor(wecom, dataDir)
  expect(await verdicts(wecom, after, corpid)).toEqual([true, true])
  expect(calls.list()).toEqual([])

  await wecom.install(after, newcomer)
  expect(await verdicts(wecom, after, newcomer)).toEqual([true, true])
  expect(calls.count({ path: '/cgi-bin/service/get_suite_token' })).toBe(0)
})
