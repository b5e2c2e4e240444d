import { afterAll, describe, expect, test } from 'bun:test'
import { decrypt, getSignature } from '@wecom/crypto'
import { Webhook } from 'standardwebhooks'
import { systemClock } from '../../../src/clock'
import { createSender, type Receiver, type SenderParts } from '../../../src/delivery/send/sender'
import { secretOf } from '../../../src/delivery/send/signing-secret'
import { createManualClock } from '../../manual-clock'
import { event as newEvent } from '../../store/conformance/records'

interface Got {
  readonly path: string
  readonly headers: Headers
  readonly body: string
}

const got: Got[] = []
const big = new Uint8Array(1024 * 1024).fill(65)
let sentMegabytes = 0

const server = Bun.serve({
  port: 0,
  idleTimeout: 60,
  async fetch(request) {
    const { pathname, search } = new URL(request.url)
    got.push({ path: pathname + search, headers: request.headers, body: await request.text() })
    switch (pathname) {
      case '/ok':
        return new Response('好的', { headers: { 'retry-after': '7' } })
      case '/error':
        return new Response('kaputt', { status: 500, headers: { 'retry-after': '12' } })
      case '/redirect':
        return new Response(null, { status: 302, headers: { location: '/ok' } })
      case '/gone':
        return new Response(null, { status: 410 })
      case '/abort':
        return new Response(null, {
          status: 400,
          headers: { 'webhook-delivery': 'abort-message' },
        })
      case '/slow':
        return new Promise(() => undefined)
      case '/big':
        return new Response(
          new ReadableStream({
            pull(controller) {
              sentMegabytes += 1
              controller.enqueue(big)
              if (sentMegabytes >= 100) controller.close()
            },
          }),
        )
      case '/zipped':
        return new Response(Bun.gzipSync(new Uint8Array(50_000_000)), {
          headers: { 'content-encoding': 'gzip' },
        })
      default:
        return new Response(null, { status: 404 })
    }
  },
})
afterAll(() => server.stop(true))

const secret = secretOf(new Uint8Array(32).fill(1))
const older = secretOf(new Uint8Array(32).fill(2))
const at = (path: string) => `http://127.0.0.1:${server.port}${path}`

const receiver = (changes: Partial<Receiver> = {}): Receiver => ({
  name: 'crm',
  url: at('/ok'),
  signing: { format: 'standard', secrets: [{ secret, until: null }] },
  private: true,
  origin: 'api',
  headers: {},
  ...changes,
})

const { identity: _, ...plain } = newEvent(1, { status: 'done' })
const event = {
  ...plain,
  attempts: 0,
  nextAttemptAt: null,
  pendingSecret: null,
  outgoing: null,
}
const body = '{"id":"event-000001","payload":{"Content":"你好"}}'

const senderWith = (changes: Partial<SenderParts> = {}) =>
  createSender({
    resolve: async () => ['127.0.0.1'],
    fetch,
    clock: systemClock,
    freshBytes: (count) => new Uint8Array(count).fill(9),
    version: '1.2.3',
    ...changes,
  })
const send = (changes: Partial<Receiver> = {}, more: object = {}) =>
  senderWith().send({ endpoint: receiver(changes), event, body, ...more })

describe('an attempt in the standard format', () => {
  test('verifies with the library of Standard Webhooks, byte for byte', async () => {
    const sent = await send()
    expect(sent.verdict).toBe('done')
    const { headers, body: arrived } = got.at(-1)!
    expect(arrived).toBe(body)
    expect(new Webhook(secret).verify(arrived, Object.fromEntries(headers))).toEqual(
      JSON.parse(body),
    )
    expect(headers.get('webhook-id')).toBe(event.id)
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('user-agent')).toBe('suited/1.2.3')
    expect(sent.attempt).toMatchObject({
      endpoint: 'crm',
      address: '127.0.0.1',
      status: 200,
      error: null,
      answer: '好的',
    })
    expect(sent.retryAfterSeconds).toBe(7)
  })

  test('verifies with either secret while one is rotated, and with the new one alone after it', async () => {
    const rotated = (until: number) => ({
      signing: {
        format: 'standard' as const,
        secrets: [
          { secret, until: null },
          { secret: older, until },
        ],
      },
    })
    const verifies = (which: string) => {
      try {
        new Webhook(which).verify(body, Object.fromEntries(got.at(-1)!.headers))
        return true
      } catch {
        return false
      }
    }
    await send(rotated(Date.now() + 60_000))
    expect([verifies(secret), verifies(older)]).toEqual([true, true])
    await send(rotated(Date.now() - 1))
    expect([verifies(secret), verifies(older)]).toEqual([true, false])
  })

  test('carries the endpoint’s own headers, never in place of ours', async () => {
    await send({
      headers: {
        'x-team': 'crm',
        Authorization: 'Bearer t',
        'Webhook-Id': 'x',
        'content-type': 'x/y',
        host: 'evil',
        'bad header': 'x',
      },
    })
    const { headers } = got.at(-1)!
    expect(headers.get('x-team')).toBe('crm')
    expect(headers.get('authorization')).toBe('Bearer t')
    expect(headers.get('webhook-id')).toBe(event.id)
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('host')).toBe(`127.0.0.1:${server.port}`)
  })

  test('belongs to the trace of its event: one id for all attempts, a new parent for each', async () => {
    const id = '0192f0c1-0000-7000-8000-000000000001'
    const parents = [1, 2]
    const sender = senderWith({ freshBytes: (count) => new Uint8Array(count).fill(parents.pop()!) })
    const traced = async () => {
      const endpoint = receiver({ headers: { traceparent: 'mine' } })
      await sender.send({ endpoint, event: { ...event, id }, body })
      return got.at(-1)!.headers.get('traceparent')
    }
    expect([await traced(), await traced()]).toEqual([
      '00-0192f0c1000070008000000000000001-0202020202020202-01',
      '00-0192f0c1000070008000000000000001-0101010101010101-01',
    ])
    await send()
    expect(got.at(-1)!.headers.has('traceparent')).toBe(false)
  })

  test('says by when a reply counts, and gives the answer, where one is wanted', async () => {
    const deadlineAt = Date.now() + 4000
    const sent = await send({}, { deadlineAt })
    expect(got.at(-1)!.headers.get('suited-reply-before')).toBe(String(deadlineAt))
    expect(sent.answer).toBe('好的')
    expect((await send()).answer).toBe('')
  })
})

describe('an attempt in WeCom’s own format', () => {
  const token = 'endpoint-token'
  const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
  const signing = {
    format: 'wecom' as const,
    pairs: [{ token, encodingAesKey, until: null }],
  }

  const opened = async (changes: object) => {
    await senderWith().send({
      endpoint: receiver({ signing, url: at('/ok?tenant=a') }),
      event: { ...event, ...changes },
      body,
    })
    const { path, body: envelope, headers } = got.at(-1)!
    const query = new URL(path, 'http://x').searchParams
    const ciphertext = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(envelope)![1]!
    expect(query.get('tenant')).toBe('a')
    expect(headers.get('content-type')).toBe('text/xml')
    expect(getSignature(token, query.get('timestamp')!, query.get('nonce')!, ciphertext)).toBe(
      query.get('msg_signature')!,
    )
    return decrypt(encodingAesKey, ciphertext)
  }

  test('is opened by WeCom’s own library: the message of a member, for the company', async () => {
    const text = '<xml><MsgType>text</MsgType><Content>你好</Content></xml>'
    const { message, id } = await opened({ source: 'data', body: text })
    expect([message, id]).toEqual([text, event.corpid!])
  })

  test('tells a create_auth its company, and never the AuthCode', async () => {
    const text =
      '<xml><InfoType>create_auth</InfoType><AuthCode><![CDATA[secret-code]]></AuthCode></xml>'
    const { message, id } = await opened({ type: 'create_auth', corpid: 'wpFound', body: text })
    expect(message).toContain('<AuthCorpId>wpFound</AuthCorpId>')
    expect(message).not.toContain('secret-code')
    expect(id).toBe(event.suiteId!)
  })
})

describe('an attempt that fails', () => {
  test.each([
    ['/error', 'retry', 500, 'status 500', 12],
    ['/nowhere', 'retry', 404, 'status 404', null],
    ['/redirect', 'retry', 302, 'redirect 302: it is not followed', null],
    ['/gone', 'gone', 410, 'status 410', null],
    ['/abort', 'aborted', 400, 'status 400', null],
  ] as const)('%s is %s, with its status', async (path, verdict, status, error, retryAfter) => {
    const sent = await send({ url: at(path) })
    expect(sent).toMatchObject({
      verdict,
      retryAfterSeconds: retryAfter,
      attempt: { status, error },
    })
  })

  test('names a host without a name, a refused connection, a wrong certificate', async () => {
    const missing = Object.assign(new Error('x'), { code: 'ENOTFOUND' })
    const nameless = await senderWith({ resolve: () => Promise.reject(missing) }).send({
      endpoint: receiver({ url: 'https://gone.example.com/hook?key=secret' }),
      event,
      body,
    })
    expect(nameless.attempt).toMatchObject({ address: null, status: null })
    expect(nameless.attempt.error).toStartWith('dns: ')
    const refused = await send({ url: 'http://127.0.0.1:1/' })
    expect(refused.attempt.error).toStartWith('refused: ')
    const tls = await send({ url: at('/ok').replace('http:', 'https:') })
    expect(tls.attempt.error).toMatch(/^(tls|reset|connection)/)
    expect(JSON.stringify([nameless, refused, tls])).not.toContain('secret')
  })

  test('to an address that is not public is not made, however the name was judged before', async () => {
    let calls = 0
    const rebinding = senderWith({
      resolve: async () => (calls++ === 0 ? ['8.8.8.8', '127.0.0.1'] : ['127.0.0.1']),
    })
    for (let i = 0; i < 2; i++) {
      const before = got.length
      const sent = await rebinding.send({
        endpoint: receiver({ private: false, url: `http://crm.example.com:${server.port}/ok` }),
        event,
        body,
      })
      expect(sent.attempt.error).toStartWith('private_address: ')
      expect(got).toHaveLength(before)
    }
  })

  test('to a name goes to the address that was judged, under that name', async () => {
    const sent = await senderWith().send({
      endpoint: receiver({ url: `http://crm.example.com:${server.port}/ok` }),
      event,
      body,
    })
    expect(sent.attempt).toMatchObject({ address: '127.0.0.1', status: 200 })
    expect(got.at(-1)!.headers.get('host')).toBe(`crm.example.com:${server.port}`)
  })

  test('without an answer in time is a time-out, and one that is cut says so', async () => {
    const quick = {
      ...systemClock,
      alarm: (_: number, ring: () => void) => systemClock.alarm(20, ring),
    }
    const late = await senderWith({ clock: quick }).send({
      endpoint: receiver({ url: at('/slow') }),
      event,
      body,
    })
    expect(late.attempt.error).toStartWith('timeout')
    const cutting = new AbortController()
    const pending = send({ url: at('/slow') }, { signal: cutting.signal })
    cutting.abort()
    expect((await pending).attempt.error).toStartWith('cut off')
  })

  test('names a resolver that hangs, after five seconds of its own', async () => {
    const clock = createManualClock(1_700_000_000_000)
    const pending = senderWith({ clock, resolve: () => new Promise(() => undefined) }).send({
      endpoint: receiver({ url: 'http://crm.example.com/ok' }),
      event,
      body,
    })
    await clock.advance(5000)
    const { attempt, verdict } = await pending
    expect(attempt.error).toStartWith('dns_timeout: ')
    expect(attempt).toMatchObject({ address: null, status: null, durationMs: 5000 })
    expect(verdict).toBe('retry')
    expect(clock.pending).toBe(0)
  })

  test('is cut while its host is still looked up, and before it began', async () => {
    const hanging = senderWith({ resolve: () => new Promise(() => undefined) })
    const endpoint = receiver({ url: 'http://crm.example.com/ok' })
    const cutting = new AbortController()
    const pending = hanging.send({ endpoint, event, body, signal: cutting.signal })
    cutting.abort()
    expect((await pending).attempt.error).toStartWith('cut off')
    const late = await hanging.send({ endpoint, event, body, signal: cutting.signal })
    expect(late.attempt.error).toStartWith('cut off')
  })

  test('to the metadata of a cloud is not made, though the endpoint may be private', async () => {
    for (const origin of ['api', 'settings'] as const) {
      const sent = await senderWith({ resolve: async () => ['169.254.169.254'] }).send({
        endpoint: receiver({ origin, url: 'http://metadata.example.com/latest' }),
        event,
        body,
      })
      expect(sent.attempt).toMatchObject({ address: null, status: null })
      expect(sent.attempt.error).toStartWith('link_local_address: ')
    }
  })

  test('resolves its host once: what answers otherwise a moment later is not asked', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    let asked = 0
    const sent = await senderWith({ resolve: async () => answers[asked++] ?? [] }).send({
      endpoint: receiver({ url: `http://crm.example.com:${server.port}/ok` }),
      event,
      body,
    })
    expect(sent.attempt).toMatchObject({ address: '127.0.0.1', status: 200 })
    expect(asked).toBe(1)
  })

  test('is none for an answer that is longer than anybody reads, and that is cut', async () => {
    const sent = await send({ url: at('/big') })
    expect(sent).toMatchObject({ verdict: 'done', attempt: { status: 200 } })
    expect(sent.attempt.answer).toHaveLength(1024)
    expect(sentMegabytes).toBeLessThan(60)
  })

  test('is none for an answer that unfolds: it stays folded', async () => {
    const sent = await send({ url: at('/zipped') })
    expect(sent.verdict).toBe('done')
    expect(sent.attempt.answer.length).toBeLessThanOrEqual(1024)
  })
})
