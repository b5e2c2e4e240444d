import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../../src/clock'
import { adminToken, createScene, jsonOf, type Scene } from '../../../scene'
import { command, push } from '../../wecom/sealed-callback'

const arrive = (scene: Scene, Serial: number) =>
  push(scene, { message: command(scene, { Serial }) })

const serials = ({ items }: { items: { payload: { Serial: string } }[] }) =>
  items.map(({ payload }) => Number(payload.Serial))

/** A question that may wait, and whether it was answered. */
const asking = (scene: Scene, query: string, init: RequestInit = {}) => {
  const asked = {
    isAnswered: false,
    response: scene
      .request(`/api/events?order=asc${query}`, {
        headers: { authorization: `Bearer ${adminToken}` },
        ...init,
      })
      .finally(() => {
        asked.isAnswered = true
      }),
  }
  return asked
}

describe('reading on from an event', () => {
  test('the oldest come first, and each page goes on behind the one before until none is left', async () => {
    const scene = await createScene()
    for (let n = 0; n < 7; n++) await arrive(scene, n)
    const seen: number[] = []
    let after = ''
    for (let pages = 0; pages < 4; pages++) {
      const page = await scene.ask(`/api/events?order=asc&limit=3${after}`)
      seen.push(...serials(page))
      after = `&after=${page.next}`
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('where nothing more is there the place to go on stays', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    const { next } = await scene.ask('/api/events?order=asc')
    expect(await scene.ask(`/api/events?order=asc&after=${next}`)).toEqual({ items: [], next })
    expect(await (await createScene()).ask('/api/events?order=asc')).toEqual({
      items: [],
      next: null,
    })
  })

  test('a filter that lets nothing through moves on all the same, so that its place stays known', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    await arrive(scene, 2)
    const { items } = await scene.ask('/api/events')
    const page = await scene.ask(`/api/events?order=asc&type=nothing&after=${items[1].id}`)
    expect(page).toEqual({ items: [], next: items[0].id })
  })

  test('an answer waits until an event comes', async () => {
    const scene = await createScene()
    const asked = asking(scene, '&wait=30')
    await scene.clock.advance(5 * secondMs)
    expect(asked.isAnswered).toBe(false)
    await arrive(scene, 1)
    expect(serials(await jsonOf(await asked.response))).toEqual([1])
  })

  test('an answer waits no longer than it was told to', async () => {
    const scene = await createScene()
    const asked = asking(scene, '&wait=30')
    await scene.clock.advance(29 * secondMs)
    expect(asked.isAnswered).toBe(false)
    await scene.clock.advance(secondMs)
    expect(await jsonOf(await asked.response)).toEqual({ items: [], next: null })
  })

  test('it does not wait where something is there', async () => {
    const scene = await createScene()
    await arrive(scene, 1)
    expect(serials(await jsonOf(await asking(scene, '&wait=30').response))).toEqual([1])
  })

  test('an event that its filter does not want leaves it waiting', async () => {
    const scene = await createScene()
    const asked = asking(scene, '&wait=30&type=nothing')
    await arrive(scene, 1)
    await scene.clock.advance(2 * secondMs)
    expect(asked.isAnswered).toBe(false)
    await scene.clock.advance(30 * secondMs)
    await asked.response
  })

  test.each([
    ['order=asc&after=nobody', 'after'],
    ['order=asc&cursor=abc', 'cursor'],
    ['after=nobody', 'after'],
    ['wait=3', 'wait'],
    ['order=desc&wait=3', 'wait'],
    ['order=asc&wait=61', 'wait'],
    ['order=asc&wait=-1', 'wait'],
    ['order=up', 'order'],
  ])('?%s is refused, and %s named', async (query, field) => {
    const scene = await createScene()
    const { code, errors } = await scene.ask(`/api/events?${query}`)
    expect([code, errors[0].field]).toEqual(['invalid_request', field])
  })

  test('whoever waits is answered when the service goes down, and nobody waits after that', async () => {
    const scene = await createScene()
    const asked = asking(scene, '&wait=60')
    await scene.settle()
    scene.service.leave()
    expect((await asked.response).status).toBe(200)
    const late = await asking(scene, '&wait=60').response
    expect([late.status, (await jsonOf(late)).code]).toEqual([503, 'shutting_down'])
  })

  test('two hundred wait and no more; whoever goes makes room', async () => {
    const scene = await createScene()
    const gone = new AbortController()
    const first = asking(scene, '&wait=60', {
      headers: { authorization: `Bearer ${adminToken}` },
      signal: gone.signal,
    })
    const others = Array.from({ length: 199 }, () => asking(scene, '&wait=60'))
    await scene.settle()
    const { status } = await asking(scene, '&wait=60').response
    expect(status).toBe(429)
    gone.abort()
    await first.response
    const after = asking(scene, '&wait=60')
    await scene.settle()
    expect(after.isAnswered).toBe(false)
    scene.service.leave()
    await Promise.all([after, ...others].map(({ response }) => response))
  })

  test('a key that is revoked while it waits is told so', async () => {
    const scene = await createScene()
    const { id, key } = await scene.ask('/api/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'puller', scopes: ['events'] }),
    })
    const headers = { authorization: `Bearer ${key}` }
    const asked = asking(scene, '&wait=30', { headers })
    await scene.settle()
    await scene.request(`/api/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${adminToken}` },
    })
    await arrive(scene, 1)
    expect((await asked.response).status).toBe(401)
  })
})
