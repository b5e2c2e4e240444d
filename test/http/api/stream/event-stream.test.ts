import { describe, expect, test } from 'bun:test'
import { dayMs, minuteMs, secondMs } from '../../../../src/clock'
import { createScene, jsonOf, type Scene } from '../../../scene'
import { command, push } from '../../wecom/sealed-callback'
import { open } from './streamed'

const arrive = (scene: Scene, Serial: number) =>
  push(scene, { message: command(scene, { Serial }) })

const serials = ({ events }: Awaited<ReturnType<typeof open>>) =>
  events().map(({ data }) => Number(data.payload.Serial))

const makeKey = async (scene: Scene, rights: object) =>
  scene.ask('/api/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'relay', scopes: ['events'], ...rights }),
  })

const asKey = (key: string) => ({ authorization: `Bearer ${key}` })

describe('the stream of events', () => {
  test('says at once that it is there, and how to come back', async () => {
    const scene = await createScene()
    const { response, frames } = await open(scene)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(frames).toEqual([{ retry: '2000' }, { event: 'ping', data: { at: scene.clock.now() } }])
  })

  test('gives each event as the API shows it, with its id', async () => {
    const scene = await createScene()
    const streamed = await open(scene)
    await arrive(scene, 1)
    await scene.clock.advance(secondMs)
    const [event] = streamed.events()
    expect(event?.data).toEqual(await scene.ask(`/api/events/${event?.id}`))
  })

  test('gives what waits for an endpoint that takes nothing as held', async () => {
    const scene = await createScene()
    const change = (path: string, body: object) =>
      scene.ask(`/api/endpoints${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await change('', { name: 'crm', url: 'https://crm.example.com/hook' })
    await change('/crm/pause', {})
    await arrive(scene, 1)
    await scene.clock.advance(secondMs)
    const { items } = await scene.ask('/api/events?order=asc&limit=1')
    const streamed = await open(scene, '', { 'last-event-id': 'nobody' })
    await scene.clock.advance(secondMs)
    expect(streamed.events()[0]?.data).toEqual(items[0])
    expect(items[0].deliveries).toMatchObject([{ endpoint: 'crm', status: 'held' }])
    await scene.stop()
  })

  test('begins with what comes from now on', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    const streamed = await open(scene)
    await arrive(scene, 2)
    await scene.clock.advance(secondMs)
    expect(serials(streamed)).toEqual([2])
  })

  test('goes on behind Last-Event-ID, over more events than fit in one look', async () => {
    const scene = await createScene()
    for (let n = 0; n < 80; n++) await arrive(scene, n)
    const { items } = await scene.ask('/api/events?order=asc&limit=1')
    const streamed = await open(scene, '', { 'last-event-id': items[0].id })
    await scene.clock.advance(secondMs)
    expect(serials(streamed)).toEqual(Array.from({ length: 79 }, (_, n) => n + 1))
  })

  test('takes a first place in the query, and refuses one that is unknown', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    await arrive(scene, 2)
    const { items } = await scene.ask('/api/events?order=asc&limit=1')
    const streamed = await open(scene, `?after=${items[0].id}`)
    await scene.clock.advance(secondMs)
    expect(serials(streamed)).toEqual([2])
    const { response } = await open(scene, '?after=nobody')
    expect([response.status, (await jsonOf(response)).code]).toEqual([400, 'invalid_request'])
  })

  test('tells of a gap where Last-Event-ID is unknown, and goes on with the oldest', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    const { items } = await scene.ask('/api/events')
    const streamed = await open(scene, '', { 'last-event-id': 'long-gone' })
    await scene.clock.advance(secondMs)
    expect(streamed.frames[1]).toEqual({ event: 'gap', data: { oldest: items[0].id } })
    expect(serials(streamed)).toEqual([1])
  })

  test('pings every fifteen seconds, and says where it stands', async () => {
    const scene = await createScene()
    const streamed = await open(scene, '?type=change_contact')
    await arrive(scene, 1)
    await scene.clock.advance(75 * secondMs)
    const pings = streamed.frames.filter(({ event }) => event === 'ping')
    expect(pings).toHaveLength(6)
    const { items } = await scene.ask('/api/events')
    expect(pings.at(-1)?.id).toBe(items[0].id)
    expect(streamed.events()).toEqual([])
    expect(streamed.isOver()).toBe(false)
  })

  test('an event whose id its last ping had is not kept: it loses nothing by that', async () => {
    const scene = await createScene()
    const first = await open(scene, '?type=nothing')
    await arrive(scene, 1)
    await scene.clock.advance(16 * secondMs)
    const id = first.frames.at(-1)?.id ?? ''
    const second = await open(scene, '', { 'last-event-id': id })
    await arrive(scene, 2)
    await scene.clock.advance(secondMs)
    expect(serials(second)).toEqual([2])
    expect(second.names()).toEqual(['ping'])
  })

  test('holds to its filters', async () => {
    const scene = await createScene()
    const streamed = await open(scene, `?corpid=${scene.corpids[1]}&suite=default`)
    await arrive(scene, 1)
    await push(scene, { message: command(scene, { Serial: 2, AuthCorpId: scene.corpids[1]! }) })
    await scene.clock.advance(secondMs)
    expect(serials(streamed)).toEqual([2])
  })

  test('is for a key of scope events within its limits', async () => {
    const scene = await createScene()
    const limited = await makeKey(scene, { corps: scene.corpids.slice(0, 1) })
    const status = async (query: string, key: string) =>
      (await open(scene, query, asKey(key))).response.status
    expect(await status('', limited.key)).toBe(403)
    expect(await status(`?corpid=${scene.corpids[0]}`, limited.key)).toBe(200)
    expect(await status(`?corpid=${scene.corpids[1]}`, limited.key)).toBe(403)
    const signing = await makeKey(scene, { name: 'signing', scopes: ['sign'] })
    expect(await status('', signing.key)).toBe(403)
  })

  test('ends with a word when its key is revoked', async () => {
    const scene = await createScene()
    const { id, key } = await makeKey(scene, {})
    const streamed = await open(scene, '', asKey(key))
    await scene.ask(`/api/keys/${id}`, { method: 'DELETE' }).catch(() => undefined)
    await scene.clock.advance(4 * secondMs)
    expect(streamed.names()).toEqual(['ping', 'unauthorized'])
    expect(streamed.isOver()).toBe(true)
  })

  test('ends with a word when its key ends by itself', async () => {
    const scene = await createScene()
    const { key } = await makeKey(scene, { expiresAt: scene.clock.now() + minuteMs })
    const streamed = await open(scene, '', asKey(key))
    await scene.clock.advance(minuteMs + 3 * secondMs)
    expect(streamed.names().at(-1)).toBe('unauthorized')
  })

  test('a second one of the same key and session takes over', async () => {
    const scene = await createScene()
    const first = await open(scene, '?session=laptop')
    const other = await open(scene, '?session=desktop')
    const second = await open(scene, '?session=laptop')
    expect(first.names()).toEqual(['ping', 'superseded'])
    expect(first.isOver()).toBe(true)
    expect([other.isOver(), second.isOver()]).toEqual([false, false])
  })

  test('the name of a session is its key’s own', async () => {
    const scene = await createScene()
    const first = await open(scene, '?session=laptop')
    const { key } = await makeKey(scene, {})
    await open(scene, '?session=laptop', asKey(key))
    expect(first.isOver()).toBe(false)
  })

  test('there are a hundred of them and no more; one that ends makes room', async () => {
    const scene = await createScene()
    const all = []
    for (let n = 0; n < 100; n++) all.push(await open(scene))
    const { response } = await open(scene)
    expect([response.status, (await jsonOf(response)).code]).toEqual([429, 'too_many_requests'])
    await all[0]?.cancel()
    expect((await open(scene)).response.status).toBe(200)
  })

  test('ends at once when the service goes down, without a word', async () => {
    const scene = await createScene()
    const streamed = await open(scene)
    scene.service.leave()
    await scene.settle()
    expect(streamed.isOver()).toBe(true)
    expect(streamed.names()).toEqual(['ping'])
  })

  test('the text of a message that can’t be read is not in it', async () => {
    const scene = await createScene()
    const streamed = await open(scene)
    await push(scene, { message: 'no xml at all' })
    await scene.clock.advance(secondMs)
    expect(streamed.events()[0]?.data).toMatchObject({ type: 'unparsed', payload: {} })
  })

  test('whoever was away beyond the retention gets what is kept', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    const { items } = await scene.ask('/api/events')
    await scene.clock.leap(40 * dayMs)
    await arrive(scene, 2)
    const before = scene.clock.now() - 30 * dayMs
    await scene.eventLog.purge({ settledBefore: before, identitiesBefore: before })
    const streamed = await open(scene, '', { 'last-event-id': items[0].id })
    await scene.clock.advance(secondMs)
    expect(streamed.names()).toContain('gap')
    expect(serials(streamed)).toEqual([2])
  })
})
