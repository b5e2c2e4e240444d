import { describe, expect, test } from 'bun:test'
import { decrypt, getSignature } from '@wecom/crypto'
import { secondMs } from '../../../src/clock'
import type { Sender, Sent } from '../../../src/delivery/send/sender'
import { parseXml } from '../../../src/wecom/callback/xml'
import { memberMessage, push } from '../../http/wecom/sealed-callback'
import { createScene, type Scene } from '../../scene'

interface Seen {
  readonly id: string
  readonly type: string
  readonly deadlineAt: number | undefined
  readonly at: number
}

interface Answer {
  readonly tookMs?: number
  readonly answer?: string
  readonly status?: number
}

const replyOf = (reply: object) => JSON.stringify({ reply })
const hello = replyOf({ MsgType: 'text', Content: '你好 ]]>' })

/**
 * A scene with an endpoint that replies after so long, and what it was sent.
 *
 * @param given.first its first answer, if that is another
 * @param given.endpoint what else the settings say of it
 */
const start = async (
  given: Answer & { readonly first?: Answer; readonly endpoint?: object } = {},
) => {
  const seen: Seen[] = []
  let scene: Scene | null = null
  const sender: Sender = {
    async send({ endpoint, event, deadlineAt }): Promise<Sent> {
      const { clock } = scene!
      const at = clock.now()
      const now = seen.length === 0 ? { ...given, ...given.first } : given
      const { tookMs = 0, answer = hello, status = 200 } = now
      seen.push({ id: event.id, type: event.type, deadlineAt, at })
      if (tookMs > 0) await clock.sleep(tookMs)
      const isTaken = status === 200
      const { name } = endpoint
      const error = isTaken ? null : `status ${status}`
      return {
        attempt: { endpoint: name, at, address: '::1', status, error, durationMs: tookMs, answer },
        verdict: isTaken ? 'done' : 'retry',
        retryAfterSeconds: null,
        answer,
      }
    },
  }
  const file = ({ world }: Scene['simulator']) => {
    const [suite] = [...world.suites.values()]
    return {
      suites: [
        {
          key: 'crm',
          id: suite!.suiteId,
          secret: suite!.suiteSecret,
          token: suite!.token,
          encoding_aes_key: suite!.encodingAesKey,
        },
      ],
      endpoints: [
        {
          name: 'bot',
          url: 'https://bot.example.com/hook',
          secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
          replies: true,
          ...given.endpoint,
        },
      ],
    }
  }
  scene = await createScene({ sender, file })
  await scene.clock.advance(0)
  return { scene, seen }
}

const say = (scene: Scene, change: Record<string, string> = {}) =>
  push(scene, {
    path: '/callback/data',
    receiveId: scene.corpids[0]!,
    message: memberMessage(scene, change),
  })

/** What an SDK of WeCom's reads in an answer. */
const opened = (scene: Scene, body: string) => {
  const outer = parseXml(body)
  if (!outer.ok) throw new Error(body)
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = outer.value as Record<string, string>
  const { token, encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
  expect(getSignature(token, TimeStamp!, Nonce!, Encrypt!)).toBe(MsgSignature!)
  const { message, id } = decrypt(encodingAesKey, Encrypt!)
  expect(id).toBe(scene.corpids[0]!)
  const inner = parseXml(message)
  if (!inner.ok) throw new Error(message)
  return inner.value
}

const bodyAfter = async (scene: Scene, answer: Promise<Response>, ms: number) => {
  await scene.clock.advance(ms)
  const response = await answer
  expect(response.status).toBe(200)
  return response.text()
}

describe('a member’s message to an app whose endpoint replies', () => {
  test('is answered with the sealed reply where that comes after 4.6 seconds', async () => {
    const { scene, seen } = await start({ tookMs: 4600 })
    const receivedAt = scene.clock.now()
    const body = await bodyAfter(scene, say(scene), 4600)
    expect(opened(scene, body)).toMatchObject({
      ToUserName: 'woMember',
      FromUserName: scene.corpids[0],
      MsgType: 'text',
      Content: '你好 ]]>',
    })
    expect(seen[0]!.deadlineAt).toBeLessThanOrEqual(receivedAt + 5000)
    await scene.clock.advance(30 * secondMs)
    expect(seen).toHaveLength(1)
    await scene.stop()
  })

  test('is answered with nothing where the reply comes after 5.1 seconds, and delivered once', async () => {
    const { scene, seen } = await start({ tookMs: 5100 })
    const answer = say(scene)
    expect(await bodyAfter(scene, answer, 4700)).toBe('')
    await scene.clock.advance(30 * secondMs)
    expect(seen).toHaveLength(1)
    const { items } = await scene.ask('/api/events?type=text')
    expect(items[0].deliveries).toMatchObject([{ endpoint: 'bot', status: 'done', attempts: 1 }])
    await scene.stop()
  })

  test('is answered with nothing where the reply is broken, and the log says why', async () => {
    const { scene, seen } = await start({ answer: '{"reply":{"MsgType":"file"}}' })
    expect(await bodyAfter(scene, say(scene), 0)).toBe('')
    expect(scene.logs.find(({ message }) => message.includes('is dropped'))).toMatchObject({
      reason: expect.stringContaining('MsgType'),
    })
    await scene.clock.advance(30 * secondMs)
    expect(seen).toHaveLength(1)
    await scene.stop()
  })

  test('is answered with nothing where the endpoint fails, and tried again by the schedule', async () => {
    const { scene, seen } = await start({ status: 500 })
    expect(await bodyAfter(scene, say(scene), 0)).toBe('')
    await scene.clock.advance(2 * secondMs)
    expect(seen.map(({ deadlineAt }) => typeof deadlineAt)).toEqual(['number', 'undefined'])
    await scene.stop()
  })

  test('pushed again meanwhile is answered with nothing, and delivered once', async () => {
    const { scene, seen } = await start({ tookMs: 3000 })
    const [first, second] = [say(scene), say(scene)]
    const bodies = await Promise.all([
      bodyAfter(scene, first, 3000),
      second.then((answer) => answer.text()),
    ])
    expect(bodies.filter((body) => body === '')).toHaveLength(1)
    await scene.clock.advance(30 * secondMs)
    expect(seen).toHaveLength(1)
    await scene.stop()
  })

  test('is sent at once though the endpoint has as many under way as it wants; what waits gives way', async () => {
    const { scene, seen } = await start({ tookMs: 3000, endpoint: { concurrency: 1 } })
    const answers = [say(scene), say(scene, { MsgId: '2' })]
    await scene.clock.advance(0)
    const late = say(scene, { MsgType: 'event', Event: 'unsubscribe' })
    expect(await bodyAfter(scene, late, 2000)).toBe('')
    expect(seen.map(({ type }) => type)).toEqual(['text', 'text'])
    await scene.clock.advance(2000)
    expect(seen.map(({ type }) => type)).toEqual(['text', 'text', 'event.unsubscribe'])
    for (const answer of answers) expect(await (await answer).text()).not.toBe('')
    await scene.clock.advance(4000)
    await scene.stop()
  })

  test('counts in the rate of the endpoint: what can wait comes later for it', async () => {
    const { scene, seen } = await start({ endpoint: { max_per_second: 1 } })
    const answers = [say(scene), say(scene, { MsgId: '2' })]
    await scene.clock.advance(0)
    const sentAt = scene.clock.now()
    await (await say(scene, { MsgType: 'event', Event: 'unsubscribe' })).text()
    await scene.clock.advance(5 * secondMs)
    for (const answer of answers) expect(await (await answer).text()).not.toBe('')
    const waited = seen.find(({ type }) => type === 'event.unsubscribe')!
    expect(waited.at - sentAt).toBeGreaterThanOrEqual(secondMs)
    await scene.stop()
  })

  test('gets no reply while an older one of its company waits for an ordered endpoint, and the log says why', async () => {
    const { scene, seen } = await start({ first: { status: 500 }, endpoint: { order: 'corp' } })
    expect(await bodyAfter(scene, say(scene), 0)).toBe('')
    expect(await bodyAfter(scene, say(scene, { MsgId: '2' }), 0)).toBe('')
    expect(seen).toHaveLength(1)
    const said = scene.logs.find(({ message }) => message.includes('an older event'))
    expect(said).toMatchObject({ level: 'warn', endpoint: 'bot' })
    await scene.clock.advance(2 * secondMs)
    const [first, again, second] = seen
    expect(seen).toHaveLength(3)
    expect(again!.id).toBe(first!.id)
    expect(second!.id).not.toBe(first!.id)
    await scene.stop()
  })

  test('gets no reply while its endpoint is held, and the log says why', async () => {
    const { scene, seen } = await start()
    await scene.ask('/api/endpoints/bot/pause', { method: 'POST' })
    expect(await bodyAfter(scene, say(scene), 0)).toBe('')
    expect(seen).toEqual([])
    expect(scene.logs.find(({ message }) => message.includes('held for it'))).toBeDefined()
    await scene.stop()
  })

  test('gets no reply where it came as JSON, and is delivered like any other', async () => {
    const { scene, seen } = await start()
    const message = JSON.stringify({
      ToUserName: scene.corpids[0],
      FromUserName: 'woMember',
      CreateTime: Math.floor(scene.clock.now() / secondMs),
      MsgType: 'text',
      Content: 'hello',
      MsgId: '7',
      AgentID: 1000002,
    })
    const answer = push(scene, { path: '/callback/data', receiveId: scene.corpids[0]!, message })
    expect(await bodyAfter(scene, answer, 0)).toBe('')
    await scene.clock.advance(secondMs)
    expect(seen.map(({ deadlineAt }) => deadlineAt)).toEqual([undefined])
    expect(scene.logs.find(({ message: said }) => said.includes('came as JSON'))).toBeDefined()
    await scene.stop()
  })

  test('to which WeCom takes no reply is delivered like any other', async () => {
    const { scene, seen } = await start()
    const event = { MsgType: 'event', Event: 'unsubscribe' }
    expect(await bodyAfter(scene, say(scene, event), 0)).toBe('')
    await scene.clock.advance(secondMs)
    expect(seen.map(({ deadlineAt }) => deadlineAt)).toEqual([undefined])
    await scene.stop()
  })
})
