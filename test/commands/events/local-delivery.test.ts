import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import {
  createLocalDelivery,
  eventIn,
  localUrlOf,
  secretFrom,
} from '../../../src/commands/events/local-delivery'
import { isTaken } from '../../../src/delivery/schedule/judge'
import { secretOf } from '../../../src/delivery/send/signing-secret'

const secret = secretOf(new Uint8Array(32).fill(3))
const event = eventIn(
  JSON.stringify({
    id: '0192f0c1-0000-7000-8000-000000000001',
    type: 'text',
    suiteId: 'wwSuite',
    corpid: 'wpCorp',
    source: 'data',
    receivedAt: 1_700_000_000_000,
    status: 'done',
    payload: { Content: '你好' },
  }),
)!

const got: { headers: Headers; body: string }[] = []
let answer = () => new Response(null)
const server = Bun.serve({
  port: 0,
  async fetch(request) {
    got.push({ headers: request.headers, body: await request.text() })
    return answer()
  },
})
afterAll(() => server.stop(true))
const deliver = createLocalDelivery(`http://localhost:${server.port}/hook`, secret)

describe('an event at a local address', () => {
  test('is what the service would deliver: its body, signed, with its headers', async () => {
    answer = () => new Response('好的')
    const sent = await deliver(event)
    expect(sent.attempt).toMatchObject({ status: 200, error: null, answer: '好的' })
    const { headers, body } = got.at(-1)!
    expect(new Webhook(secret).verify(body, Object.fromEntries(headers))).toEqual({
      ...event,
      timestamp: '2023-11-14T22:13:20.000Z',
    })
    expect(body).not.toContain('status')
    expect(headers.get('traceparent')).toStartWith('00-0192f0c1000070008000000000000001-')
  })

  test('is taken by 2xx, and by whoever wants it no more', async () => {
    answer = () => new Response(null, { status: 500 })
    expect(isTaken(await deliver(event))).toBe(false)
    answer = () => new Response(null, { status: 410 })
    expect(isTaken(await deliver(event))).toBe(false)
    const abort = { 'webhook-delivery': 'abort-message' }
    answer = () => new Response(null, { status: 422, headers: abort })
    expect(isTaken(await deliver(event))).toBe(true)
  })

  test('says that nothing listens there', async () => {
    const { attempt } = await createLocalDelivery('http://127.0.0.1:1/', secret)(event)
    expect(attempt.status).toBeNull()
    expect(attempt.error).toContain('nothing listens there')
  })
})

describe('what a local delivery is told by flags', () => {
  test('is a secret, from the flag or a file, judged as that of any endpoint', () => {
    const tell = () => {
      throw new Error('none is made')
    }
    const folder = mkdtempSync(join(tmpdir(), 'suited-local-'))
    const file = join(folder, 'secret')
    writeFileSync(file, `${secret}\n`)
    expect(secretFrom({ secret }, tell)).toBe(secret)
    expect(secretFrom({ 'secret-file': file }, tell)).toBe(secret)
    rmSync(folder, { recursive: true })
    for (const wrong of ['', 'v1,abc', 'whsec_short', secret.slice(6), `${secret}=`]) {
      expect(() => secretFrom({ secret: wrong }, tell)).toThrow(/The secret/)
    }
    expect(() => secretFrom({ 'secret-file': file }, tell)).toThrow(/can’t be read/)
  })

  test('is a fresh secret where none is given, and that is shown', () => {
    const told: string[] = []
    const made = secretFrom({}, (line) => void told.push(line))
    expect(told.at(-1)).toContain(made)
    expect(made).toStartWith('whsec_')
  })

  test('is an address of http or https', () => {
    expect(localUrlOf('http://localhost:3000/hook')).toBe('http://localhost:3000/hook')
    expect(() => localUrlOf('localhost:3000')).toThrow(/http:/)
  })

  test('is an event as show and pull print it, and nothing else', () => {
    for (const text of ['', '{', '[]', 'null', '{"id":"a","type":"b"}']) {
      expect(eventIn(text)).toBeNull()
    }
  })
})
