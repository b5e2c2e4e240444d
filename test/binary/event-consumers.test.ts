/** What developers and operators do with events, on one started binary. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import { Webhook } from 'standardwebhooks'
import { framesIn } from '../../src/commands/events/sse-frames'
import { secretOf } from '../../src/delivery/send/signing-secret'
import { freePort } from '../free-port'
import { writeSettings } from './settings-file'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop(afterAll)

const secret = secretOf(new Uint8Array(32).fill(5))
const localSecret = secretOf(new Uint8Array(24).fill(6))
const json = { 'content-type': 'application/json' }

interface Arrival {
  readonly path: string
  readonly id: string
  readonly type: string
  readonly text: string
  readonly replyBefore: number
}

/** The business app: `/bot` answers who asks for it, every other path takes what it verifies. */
const arrivals: Arrival[] = []
const app = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const { pathname: path } = new URL(request.url)
    const body = await request.text()
    const signed = path === '/local' ? localSecret : secret
    new Webhook(signed).verify(body, Object.fromEntries(request.headers))
    const { id, type, payload } = JSON.parse(body)
    const text = payload.Content ?? ''
    const replyBefore = Number(request.headers.get('suited-reply-before'))
    arrivals.push({ path, id, type, text, replyBefore })
    return text === '你好'
      ? Response.json({ reply: { MsgType: 'text', Content: '收到' } })
      : new Response(null, { status: 204 })
  },
})
afterAll(() => app.stop(true))

/** Addresses that outlive a restart: positions belong to them. */
let wecom: Wecom
let suited: Suited
let adminUrl: string
let corpid: string
let start: () => Promise<void>
let home: string
let dataDir: string
let reader: { id: string; key: string }

beforeAll(async () => {
  wecom = workshop.wecom()
  home = await workshop.folder()
  dataDir = await workshop.folder()
  const config = writeSettings(
    await workshop.folder(),
    `[[endpoints]]\nname = "bot"\nurl = "http://127.0.0.1:${app.port}/bot"\nsecret = "${secret}"\ntypes = ["text"]\nreplies = true\nprivate = true\n`,
  )
  const [port, adminPort] = [String(freePort()), String(freePort())]
  adminUrl = `http://127.0.0.1:${adminPort}`
  start = async () => {
    const served = await workshop.serviceFor(wecom, dataDir, {
      SUITED_CONFIG: config,
      SUITED_PORT: port,
      SUITED_ADMIN_HOST: '127.0.0.1',
      SUITED_ADMIN_PORT: adminPort,
    })
    const headers = { authorization: `Bearer ${adminToken}` }
    const ask: Suited['ask'] = async (path, init) => {
      const response = await fetch(`${adminUrl}${path}`, {
        ...init,
        headers: { ...headers, ...init?.headers },
      })
      return response.status === 204 ? null : response.json()
    }
    suited = { ...served, ask }
  }
  await start()
  ;[corpid] = wecom.corpids
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  reader = await makeKey('reader')
})

const post = (path: string, body: object = {}, method = 'POST') =>
  suited.ask(path, { method, headers: json, body: JSON.stringify(body) })

const makeKey = (name: string) => post('/api/keys', { name, scopes: ['events'] })

const write = (text: string) => wecom.simulator.pusher.message(wecom.suiteId, corpid, { text })

/** A command of the binary with a key, where it keeps its positions. */
const asDeveloper = (words: readonly string[], { key } = reader) =>
  workshop.start([...words], { env: { SUITED_KEY: key, XDG_STATE_HOME: home } })

const pull = async (...more: string[]): Promise<{ id: string; type: string }[]> => {
  const words = ['events', 'pull', '--consumer=queue', `--url=${adminUrl}`, ...more]
  const pulled = await asDeveloper(words)
  expect([await pulled.exited, pulled.stderr]).toEqual([0, ''])
  return pulled.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

const latestId = async (): Promise<string> => (await suited.ask('/api/events?limit=1')).items[0].id

describe('whoever reads events', () => {
  test('pulls on where a consumer stood, also after a restart of the service', async () => {
    const first = await pull('--limit=2')
    await suited.process.kill()
    // While no service runs, the folder itself is asked.
    const env = { SUITED_DATA_DIR: dataDir }
    const shown = await workshop.run(['events', 'show', first[1]?.id ?? ''], { env })
    expect([shown.stderr, JSON.parse(shown.stdout)]).toEqual(['', first[1]])
    await start()
    await write('after the restart')
    const rest = await pull()
    expect(rest.at(-1)?.type).toBe('text')
    const { items } = await suited.ask('/api/events?order=asc&limit=200')
    expect([...first, ...rest].map(({ id }) => id)).toEqual(
      items.map(({ id }: { id: string }) => id),
    )
  })

  test('is answered when an event comes, with wait=', async () => {
    const after = await latestId()
    const asked = suited.ask(`/api/events?order=asc&after=${after}&wait=20`)
    await write('waited for')
    expect((await asked).items).toMatchObject([{ type: 'text' }])
  })

  test('goes on in the stream behind Last-Event-ID, and is told of a gap', async () => {
    const after = await latestId()
    await write('while nobody looked')
    const streamed = async (lastEventId: string, most: number) => {
      const aborting = new AbortController()
      const response = await fetch(`${adminUrl}/api/events/stream`, {
        headers: { authorization: `Bearer ${reader.key}`, 'last-event-id': lastEventId },
        signal: aborting.signal,
      })
      const frames: string[] = []
      for await (const { event, data } of framesIn(response.body!)) {
        frames.push(event === 'message' ? JSON.parse(data).type : event)
        if (frames.length === most) break
      }
      aborting.abort()
      return frames
    }
    expect(await streamed(after, 2)).toEqual(['ping', 'text'])
    expect((await streamed('0190-never-there', 3)).slice(0, 2)).toEqual(['gap', 'ping'])
  })
})

describe('a relay', () => {
  test('hands events on, signed with the local secret, until its key is revoked', async () => {
    const desk = await makeKey('desk')
    const local = `http://127.0.0.1:${app.port}/local`
    const words = ['relay', local, `--secret=${localSecret}`, '--types=text']
    const elsewhere = asDeveloper([...words, `--url=${suited.url}`], desk)
    const relay = await asDeveloper([...words, `--url=${adminUrl}`], desk)
    await until('it is connected', () => relay.stdout.includes('connected'))
    await write('to the desk')
    const isIt = ({ path, text }: Arrival) => path === '/local' && text === 'to the desk'
    await until('it arrives', () => arrivals.some(isIt))

    await post(`/api/keys/${desk.id}`, {}, 'DELETE')
    expect([await relay.exited, relay.stderr]).toEqual([77, expect.stringContaining('revoked')])

    // Where operators have a listener of their own, the public one has no events.
    const lost = await elsewhere
    expect(await lost.exited).toBe(1)
    expect(lost.stderr).toContain('ssh -L 8002:127.0.0.1:ADMIN_PORT 127.0.0.1')
  })
})

describe('an endpoint', () => {
  test('that replies answers the member, sealed with the pair that verified the message', async () => {
    const { token, encodingAesKey } = wecom.suite
    const timestamp = String(Math.floor(Date.now() / 1000))
    const message = `<xml><ToUserName>${corpid}</ToUserName><FromUserName>woUserA</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>text</MsgType><Content>你好</Content><MsgId>71</MsgId><AgentID>1</AgentID></xml>`
    const ciphertext = encrypt(encodingAesKey, message, corpid)
    const query = new URLSearchParams({
      msg_signature: getSignature(token, timestamp, '7', ciphertext),
      timestamp,
      nonce: '7',
    })
    const answer = await fetch(`${suited.url}/callback/data/${corpid}?${query}`, {
      method: 'POST',
      body: `<xml><ToUserName>${corpid}</ToUserName><Encrypt>${ciphertext}</Encrypt></xml>`,
    })
    const sealed = await answer.text()
    const inside = (name: string) =>
      new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(sealed)?.[1] ?? ''
    expect(inside('MsgSignature')).toBe(
      getSignature(token, inside('TimeStamp'), inside('Nonce'), inside('Encrypt')),
    )
    const opened = decrypt(encodingAesKey, inside('Encrypt'))
    expect(opened.id).toBe(corpid)
    expect(opened.message).toMatch(/woUserA.*收到/s)
    const asked = arrivals.find(({ path, text }) => path === '/bot' && text === '你好')
    expect(asked?.replyBefore).toBeGreaterThan(Date.now())
  })

  test('lives by API with a secret that is shown once; one of the settings is refused', async () => {
    const url = `http://127.0.0.1:${app.port}/crm`
    const made = await post('/api/endpoints', { name: 'crm', url, private: true, secret })
    expect(made).toMatchObject({ secret, origin: 'api' })
    expect(await post('/api/endpoints/crm/test')).toMatchObject({ status: 204, error: null })
    await post('/api/endpoints/crm', { types: ['text'] }, 'PATCH')
    await post('/api/endpoints/crm/pause')
    await write('held')
    const held = (await suited.ask('/api/events?type=text&limit=1')).items[0]
    const told = async (path = '') =>
      JSON.stringify(await suited.ask(`/api/events/${held.id}${path}`))
    await until('it is held', async () => (await told()).includes('"status":"held"'))
    await post('/api/endpoints/crm/resume')
    await until('it is taken', async () => (await told('/attempts')).includes('"endpoint":"crm"'))
    expect(arrivals).toContainEqual(expect.objectContaining({ path: '/crm', id: held.id }))
    const listed = await suited.ask('/api/endpoints')
    expect(JSON.stringify(listed)).not.toContain('whsec_')
    expect(listed.items).toMatchObject([{ name: 'bot', createdAt: null }, { name: 'crm' }])
    for (const [path, method] of [
      ['/bot', 'DELETE'],
      ['/bot/rotate-secret', 'POST'],
    ]) {
      const refused = await post(`/api/endpoints${path}`, {}, method)
      expect(refused).toMatchObject({ code: 'conflict', detail: expect.stringContaining('SIGHUP') })
    }
  })
})
