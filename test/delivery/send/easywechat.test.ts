/** Handlers written with node-easywechat, unchanged, behind an endpoint with `format = "wecom"`. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OpenWork, ServerRequest, Work } from 'node-easywechat'
import { systemClock } from '../../../src/clock'
import { createSender } from '../../../src/delivery/send/sender'
import { freshBytes } from '../../fresh-bytes'
import { event as newEvent } from '../../store/conformance/records'

const pair = {
  token: 'endpoint-token',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}
const suiteId = 'wwsuite000000000001'
const corpid = 'wpCompany'

/** What the handlers were given, the elements of each message by name. */
const handled: unknown[] = []
const keep = (message: object) => {
  handled.push((message as { attributes?: unknown }).attributes)
  return 'success'
}

/** The app of a provider: it hears of companies that come. */
const provider = (request: ServerRequest) => {
  const app = new OpenWork({
    corp_id: 'wwprovider',
    provider_secret: 'none',
    suite_id: suiteId,
    suite_secret: 'none',
    token: pair.token,
    aes_key: pair.encodingAesKey,
  })
  app.setRequest(request)
  return app.getServer().handleAuthCreated(keep)
}

/** The app of one company: it answers its members. */
const company = (request: ServerRequest) => {
  const app = new Work({
    corp_id: corpid,
    secret: 'none',
    token: pair.token,
    aes_key: pair.encodingAesKey,
  })
  app.setRequest(request)
  return app.getServer().addMessageListener('text', keep)
}

const server = createServer(async (request, response) => {
  const program = request.url?.startsWith('/provider') ? provider : company
  try {
    const handler = program(await ServerRequest.createFromIncomingMessage(request))
    response.end(String((await handler.serve()).getBody()))
  } catch (error) {
    response.statusCode = 403
    response.end(String(error))
  }
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve())))
afterAll(() => void server.close())

const sender = createSender({
  resolve: async () => ['127.0.0.1'],
  fetch,
  clock: systemClock,
  freshBytes,
  version: '0.0.0',
})

const deliver = (path: string, token: string, changes: Parameters<typeof newEvent>[1]) => {
  const { port } = server.address() as AddressInfo
  return sender.send({
    endpoint: {
      name: 'old',
      url: `http://127.0.0.1:${port}${path}`,
      signing: { format: 'wecom', pairs: [{ ...pair, token, until: null }] },
      private: true,
      origin: 'settings',
      headers: {},
    },
    event: newEvent(1, { suiteId, corpid, ...changes }),
    body: '',
  })
}

const memberMessage = {
  source: 'data',
  type: 'text',
  body: `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[<你好> & 0]]></Content><MsgId>7300000000000000001</MsgId><AgentID>1000002</AgentID></xml>`,
} as const

describe('node-easywechat', () => {
  test('hands a member’s message to the listener that a program has for it', async () => {
    const sent = await deliver('/company', pair.token, memberMessage)
    expect(sent).toMatchObject({ verdict: 'done', attempt: { status: 200 } })
    expect(handled.at(-1)).toMatchObject({
      FromUserName: 'zhangsan',
      MsgType: 'text',
      Content: '<你好> & 0',
    })
  })

  test('hands a new company to the handler that a program has for it, its code masked', async () => {
    const sent = await deliver('/provider', pair.token, {
      source: 'command',
      type: 'create_auth',
      body: `<xml><SuiteId><![CDATA[${suiteId}]]></SuiteId><AuthCode><![CDATA[the-code]]></AuthCode><InfoType><![CDATA[create_auth]]></InfoType><TimeStamp>1700000000</TimeStamp></xml>`,
    })
    expect(sent.verdict).toBe('done')
    expect(handled.at(-1)).toMatchObject({
      InfoType: 'create_auth',
      AuthCorpId: corpid,
      AuthCode: '***',
    })
  })

  test('refuses what is sealed with another pair', async () => {
    const before = handled.length
    const sent = await deliver('/company', 'another-token', memberMessage)
    expect(sent).toMatchObject({ verdict: 'retry', attempt: { status: 403 } })
    expect(handled).toHaveLength(before)
  })
})
