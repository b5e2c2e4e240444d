import { describe, expect, test } from 'bun:test'
import type { Sender } from '../../../../src/delivery/send/sender'
import { adminToken, createScene } from '../../../scene'

const hook = { name: 'crm', url: 'https://crm.example.com/hook' }

const answered = (status: number): Sender => ({
  send: async ({ endpoint }) => ({
    attempt: {
      endpoint: endpoint.name,
      at: 0,
      address: '198.51.100.7',
      status,
      error: status < 300 ? null : `status ${status}`,
      durationMs: 3,
      answer: 'ok',
    },
    verdict: status < 300 ? 'done' : 'retry',
    retryAfterSeconds: null,
    answer: '',
  }),
})

const setUp = async (sender = answered(200)) => {
  const scene = await createScene({ sender })
  const call = async (method: string, path: string, body?: object) => {
    const response = await scene.request(`/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  return { scene, call }
}

describe('an endpoint', () => {
  test('is made with a secret that is shown once, and listed without it', async () => {
    const { scene, call } = await setUp()
    const made = await call('POST', '/endpoints', hook)
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ ...hook, order: 'none', status: 'on', origin: 'api' })
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const listed = await call('GET', '/endpoints')
    expect(listed.body.items).toHaveLength(1)
    expect(JSON.stringify([listed, await call('GET', '/endpoints/crm')])).not.toContain('whsec_')
    await scene.stop()
  })

  test.each([
    [{ ...hook, name: 'CRM' }, 400, 'name'],
    [{ ...hook, url: 'http://crm.example.com/' }, 400, 'https'],
    [{ ...hook, url: 'https://127.0.0.1/' }, 400, 'private'],
    [{ ...hook, secret: 'whsec_short' }, 400, 'secret'],
    [{ ...hook, suites: ['nobody'] }, 400, 'suites'],
    [{ ...hook, types: [] }, 400, 'types'],
    [{ ...hook, colour: 'red' }, 400, 'colour'],
    [{ ...hook, headers: { host: 'x' } }, 400, 'headers'],
    [{ ...hook, format: 'wecom', replies: true }, 400, 'replies'],
  ])('that can’t be is refused by field: %j', async (body, status, word) => {
    const { scene, call } = await setUp()
    const refused = await call('POST', '/endpoints', body)
    expect(refused.status).toBe(status)
    expect(JSON.stringify(refused.body)).toContain(word)
    expect((await call('GET', '/endpoints')).body.items).toEqual([])
    await scene.stop()
  })

  test('has a name of its own, and replies for its suite alone', async () => {
    const { scene, call } = await setUp()
    await call('POST', '/endpoints', { ...hook, replies: true })
    expect((await call('POST', '/endpoints', hook)).body).toMatchObject({ code: 'conflict' })
    const second = await call('POST', '/endpoints', { ...hook, name: 'bot', replies: true })
    expect(second).toMatchObject({ status: 409, body: { code: 'conflict' } })
    await scene.stop()
  })

  test('is changed, paused, resumed, and removed with what waits for it', async () => {
    const { scene, call } = await setUp()
    await call('POST', '/endpoints', hook)
    const changed = await call('PATCH', '/endpoints/crm', { order: 'corp', types: ['event.*'] })
    expect(changed).toMatchObject({ status: 200, body: { order: 'corp', types: ['event.*'] } })
    expect((await call('POST', '/endpoints/crm/pause')).body.status).toBe('paused')
    expect((await call('POST', '/endpoints/crm/resume')).body.status).toBe('on')
    expect((await call('DELETE', '/endpoints/crm')).status).toBe(204)
    expect((await call('GET', '/endpoints/crm')).status).toBe(404)
    await scene.stop()
  })

  test('gets a new secret, and the old one counts until it says', async () => {
    const { scene, call } = await setUp()
    const { secret } = (await call('POST', '/endpoints', hook)).body
    const rotated = await call('POST', '/endpoints/crm/rotate-secret', { graceSeconds: 60 })
    expect(rotated.body.secret).not.toBe(secret)
    expect(rotated.body.previousUntil).toBe(scene.clock.now() + 60_000)
    await scene.stop()
  })

  test('is listed a page at a time, also behind one that is gone', async () => {
    const { scene, call } = await setUp()
    for (const name of ['a', 'b', 'c']) await call('POST', '/endpoints', { ...hook, name })
    const names = ({ body }: Awaited<ReturnType<typeof call>>) =>
      body.items.map(({ name }: { name: string }) => name)
    const first = await call('GET', '/endpoints?limit=2')
    expect([names(first), first.body.next]).toEqual([['a', 'b'], 'b'])
    await call('DELETE', '/endpoints/b')
    const second = await call('GET', `/endpoints?limit=2&cursor=${first.body.next}`)
    expect([names(second), second.body.next]).toEqual([['c'], null])
    await scene.stop()
  })

  test('with format wecom has a pair in the secret’s place', async () => {
    const { scene, call } = await setUp()
    const { body } = await call('POST', '/endpoints', { ...hook, format: 'wecom' })
    expect(body.encodingAesKey).toMatch(/^[A-Za-z0-9+/]{43}$/)
    expect(body.token).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(body.secret).toBeUndefined()
    await scene.stop()
  })

  test('is sent a test event, and the answer is told', async () => {
    const { scene, call } = await setUp(answered(503))
    await call('POST', '/endpoints', hook)
    expect((await call('POST', '/endpoints/crm/test')).body).toEqual({
      status: 503,
      error: 'status 503',
      durationMs: 3,
      answer: 'ok',
    })
    await scene.stop()
  })
})

describe('the status', () => {
  test('shows each endpoint with what waits for it and why its last try failed', async () => {
    const { scene, call } = await setUp(answered(503))
    expect((await call('GET', '/status')).body.endpoints).toEqual({ count: 0, items: [] })
    await call('POST', '/endpoints', hook)
    await scene.settle()
    const at = scene.clock.now()
    await scene.installed()
    await scene.clock.advance(500)
    const { endpoints } = (await call('GET', '/status')).body
    expect(endpoints).toMatchObject({
      count: 1,
      items: [{ name: 'crm', status: 'on', reason: null, lastError: 'status 503' }],
    })
    expect(endpoints.items[0].pending).toBeGreaterThan(0)
    expect(endpoints.items[0].oldestPendingAt).toBe(at)
    await scene.stop()
  })

  test('shows fifty endpoints and their number, those that take nothing before the others', async () => {
    const { scene, call } = await setUp()
    for (let n = 0; n < 52; n++) await call('POST', '/endpoints', { ...hook, name: `crm-${n}` })
    await call('POST', '/endpoints/crm-9/pause')
    const { endpoints } = (await call('GET', '/status')).body
    expect(endpoints.count).toBe(52)
    expect(endpoints.items).toHaveLength(50)
    expect(endpoints.items[0]).toMatchObject({ name: 'crm-9', status: 'paused', pending: 0 })
    expect(endpoints.items.filter(({ name }: { name: string }) => name === 'crm-9')).toHaveLength(1)
    await scene.stop()
  })
})

describe('an event on its way', () => {
  test('is shown with its delivery and its attempts; held while its endpoint is paused', async () => {
    const { scene, call } = await setUp()
    await call('POST', '/endpoints', hook)
    await scene.settle()
    await scene.installed()
    await scene.clock.advance(1000)
    const { items } = (await call('GET', '/events?type=create_auth')).body
    expect(items[0].deliveries).toMatchObject([{ endpoint: 'crm', status: 'done', attempts: 1 }])
    const attempts = await call('GET', `/events/${items[0].id}/attempts`)
    expect(attempts.body).toMatchObject({ items: [{ endpoint: 'crm', status: 200 }], next: null })
    await call('POST', '/endpoints/crm/pause')
    await scene.installed(scene.corpids[1])
    await scene.clock.advance(1000)
    const held = (await call('GET', '/events?type=create_auth&limit=1')).body.items[0]
    expect(held.deliveries).toMatchObject([{ endpoint: 'crm', status: 'held' }])
    const { warnings } = (await call('GET', '/status')).body
    expect(warnings.join('\n')).toContain('held for the endpoint crm')
    await scene.stop()
  })

  test('is replayed with progress, and not to an endpoint that had it', async () => {
    const { scene, call } = await setUp()
    await scene.installed()
    await call('POST', '/endpoints', hook)
    const started = await call('POST', '/endpoints/crm/replay', { type: 'create_auth' })
    expect(started).toMatchObject({ status: 202, body: { status: 'running', total: 0 } })
    await scene.clock.advance(5000)
    const done = await call('GET', `/endpoints/crm/replay/${started.body.id}`)
    expect(done.body).toMatchObject({ status: 'done', total: 1, sent: 1 })
    const again = await call('POST', '/endpoints/crm/replay', { type: 'create_auth' })
    await scene.clock.advance(5000)
    expect((await call('GET', `/endpoints/crm/replay/${again.body.id}`)).body).toMatchObject({
      status: 'done',
      total: 0,
    })
    expect((await call('DELETE', '/endpoints/crm/replay/unknown')).status).toBe(404)
    await scene.stop()
  })
})
