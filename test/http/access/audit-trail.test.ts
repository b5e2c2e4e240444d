/**
 * The audit log of `/api`: what writes or reveals stands there once, whoever did it and however it
 * ended.
 */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { ServiceError } from '../../../src/errors'
import { adminToken, createScene, jsonOf, type Scene, type SceneOptions } from '../../scene'
import { push } from '../wecom/sealed-callback'
import { createKey } from './create-key'

const address = '203.0.113.7'

const audited = async (options: SceneOptions = {}) => {
  const scene = await createScene({ remoteAddressOf: () => address, ...options })
  const corpid = await scene.installed()
  return { scene, corpid }
}

const send = (scene: Scene, token: string, method: string, path: string, body?: object) =>
  scene.request(path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

const entries = async (scene: Scene, query = ''): Promise<Record<string, unknown>[]> =>
  (await scene.ask(`/api/audit${query}`)).items

describe('an entry of the audit log', () => {
  test('says who did what to what, when, from where, and how it ended', async () => {
    const { scene, corpid } = await audited()
    await send(scene, adminToken, 'GET', `/api/corps/${corpid}/access-token`)
    expect(await entries(scene)).toEqual([
      {
        id: expect.any(String),
        at: scene.clock.now(),
        actor: { kind: 'admin_token', id: null, name: null },
        action: 'corp.reveal_access_token',
        suiteId: scene.suiteId,
        corpid,
        target: null,
        address,
        status: 200,
      },
    ])
  })

  test('names a key by its id, and by its name as it was', async () => {
    const { scene, corpid } = await audited()
    const key = await createKey(scene, 'signer', { scopes: ['ticket'] })
    await send(scene, key, 'GET', `/api/corps/${corpid}/jsapi-ticket`)
    const [id] = [key.split('_')[2]]
    const [newest, before] = await entries(scene)
    expect(newest).toMatchObject({
      actor: { kind: 'key', id, name: 'signer' },
      action: 'corp.reveal_ticket',
      status: 200,
    })
    expect(before).toMatchObject({ action: 'key.create', target: id, status: 201 })
  })

  test('is there for what was refused to whoever is known', async () => {
    const { scene, corpid } = await audited()
    const key = await createKey(scene, 'reader', { scopes: ['read'] })
    await send(scene, key, 'GET', `/api/corps/${corpid}/access-token`)
    await send(scene, adminToken, 'DELETE', '/api/keys/AAAAAAAAAAAAAAAA')
    expect(await entries(scene)).toMatchObject([
      { action: 'key.revoke', target: 'AAAAAAAAAAAAAAAA', status: 404 },
      { action: 'corp.reveal_access_token', actor: { name: 'reader' }, status: 403 },
      { action: 'key.create' },
    ])
  })

  test('keeps no key that somebody took for its id', async () => {
    const { scene } = await audited()
    const key = await createKey(scene, 'signer', { scopes: ['ticket'] })
    await send(scene, adminToken, 'DELETE', `/api/keys/${key}`)
    const [newest] = await entries(scene)
    expect(newest).toMatchObject({ action: 'key.revoke', status: 404 })
    expect(newest?.target).toBe(`${key.slice(0, 26)}…`)
  })

  test('names the event that was tried again, its suite and its company', async () => {
    const { scene, corpid } = await audited()
    const [{ id }] = (await scene.ask(`/api/events?corpid=${corpid}`)).items
    await send(scene, adminToken, 'POST', `/api/events/${id}/retry`)
    expect(await entries(scene)).toMatchObject([
      { action: 'event.retry', target: id, suiteId: scene.suiteId, corpid },
    ])
  })
})

describe('the text of a message that can’t be read', () => {
  const unread = async () => {
    const { scene } = await audited()
    await push(scene, { message: '<xml><State>open</B></xml>' })
    const [{ id }] = (await scene.ask('/api/events?type=unparsed')).items
    return { scene, id }
  }

  test('is a reveal where it is shown: of one event, and in a list', async () => {
    const { scene, id } = await unread()
    expect(await entries(scene)).toMatchObject([
      { action: 'event.reveal_raw', target: null, status: 200 },
    ])
    await send(scene, adminToken, 'GET', `/api/events/${id}`)
    expect((await entries(scene))[0]).toMatchObject({
      action: 'event.reveal_raw',
      actor: { kind: 'admin_token' },
      target: id,
      suiteId: scene.suiteId,
      status: 200,
    })
  })

  test('makes no entry for whoever isn’t shown it', async () => {
    const { scene, id } = await unread()
    const key = await createKey(scene, 'reader', { scopes: ['read'] })
    const before = (await entries(scene)).length
    await send(scene, key, 'GET', `/api/events/${id}`)
    await send(scene, key, 'GET', '/api/events')
    expect(await entries(scene)).toHaveLength(before)
  })
})

test('a key that is refused the same without end has ten entries a minute, and the log tells of the others', async () => {
  const { scene, corpid } = await audited()
  const key = await createKey(scene, 'reader', { scopes: ['read'] })
  const path = `/api/corps/${corpid}/access-token`
  const tries = async () => {
    for (let i = 0; i < 50; i++) await send(scene, key, 'GET', path)
    return (await entries(scene, '?action=corp.reveal_access_token&limit=200')).length
  }
  expect(await tries()).toBe(10)
  expect(scene.logs.some(({ message }) => message.includes('more often in a minute'))).toBe(true)

  // What another one does, or what isn't refused, stands there all the same.
  await send(scene, adminToken, 'GET', path)
  expect((await entries(scene))[0]).toMatchObject({ status: 200 })
  await scene.clock.advance(minuteMs)
  expect(await tries()).toBe(21)
})

describe('a key whose making can’t be written down', () => {
  const broken = (scene: Scene) => {
    const { addAudit } = scene.eventLog
    scene.eventLog.addAudit = async () => {
      throw new ServiceError('store_unavailable', 'The disk is full.')
    }
    return () => {
      scene.eventLog.addAudit = addAudit
    }
  }
  const keys = async (scene: Scene) => (await scene.ask('/api/keys')).items

  test('is not made', async () => {
    const { scene } = await audited()
    broken(scene)
    const answer = await send(scene, adminToken, 'POST', '/api/keys', {
      name: 'a',
      scopes: ['read'],
    })
    expect(answer.status).toBe(503)
    expect(await keys(scene)).toEqual([])
  })

  test('is not rotated: the secret that somebody has stays the only one', async () => {
    const { scene } = await audited()
    const key = await createKey(scene, 'reader', { scopes: ['read'] })
    const [{ id }] = await keys(scene)
    const mend = broken(scene)
    const rotate = () =>
      send(scene, adminToken, 'POST', `/api/keys/${id}/rotate`, { graceSeconds: 0 })
    expect((await rotate()).status).toBe(503)
    expect((await send(scene, key, 'GET', '/api/status')).status).toBe(200)

    mend()
    expect((await rotate()).status).toBe(200)
    expect(await entries(scene, '?action=key.rotate')).toMatchObject([{ target: id, status: 200 }])
  })
})

test('what only reads, and what a stranger tries, makes no entry', async () => {
  const { scene, corpid } = await audited()
  for (const path of ['/api/status', '/api/keys', '/api/audit', `/api/corps/${corpid}`]) {
    await send(scene, adminToken, 'GET', path)
  }
  await send(scene, 'a-wrong-token', 'GET', `/api/corps/${corpid}/access-token`)
  await send(scene, 'a-wrong-token', 'POST', '/api/keys', { name: 'a', scopes: ['read'] })
  expect(await entries(scene)).toEqual([])
})

test('the list can be narrowed, and is a page at a time', async () => {
  const { scene, corpid } = await audited()
  const key = await createKey(scene, 'tickets', { scopes: ['ticket'] })
  await scene.clock.advance(1000)
  const since = scene.clock.now()
  await send(scene, key, 'GET', `/api/corps/${corpid}/jsapi-ticket`)
  await send(scene, adminToken, 'GET', `/api/corps/${corpid}/access-token`)
  const actions = async (query: string) => (await entries(scene, query)).map(({ action }) => action)
  expect(await actions('?actor=admin_token')).toEqual(['corp.reveal_access_token', 'key.create'])
  expect(await actions(`?actor=${key.split('_')[2]}`)).toEqual(['corp.reveal_ticket'])
  expect(await actions('?action=key.create')).toEqual(['key.create'])
  expect(await actions(`?corpid=${corpid}&since=${since}`)).toHaveLength(2)
  expect(await actions(`?until=${since}`)).toEqual(['key.create'])
  const first = await scene.ask('/api/audit?limit=2')
  const rest = await scene.ask(`/api/audit?limit=2&cursor=${encodeURIComponent(first.next)}`)
  expect([first.items.length, rest.items.length, rest.next]).toEqual([2, 1, null])
  expect((await scene.ask('/api/audit?who=me')).code).toBe('invalid_request')
})

test('nothing secret is in it', async () => {
  const { scene, corpid } = await audited()
  const key = await createKey(scene, 'tickets', { scopes: ['ticket'] })
  const shown = await send(scene, key, 'GET', `/api/corps/${corpid}/jsapi-ticket`)
  const { ticket } = await jsonOf(shown)
  const told = JSON.stringify(await entries(scene))
  expect(told).toContain('corp.reveal_ticket')
  for (const secret of [ticket, key, adminToken]) expect(told).not.toContain(secret)
})

test.each([
  ['GET', '/api/corps/CORPID/access-token', undefined],
  ['POST', '/api/keys', { name: 'a', scopes: ['read'] }],
  ['DELETE', '/api/keys/AAAAAAAAAAAAAAAA', undefined],
])('%s %s reveals and confirms nothing while it can’t be written down', async (...asked) => {
  const [method, path, body] = asked
  const { scene, corpid } = await audited()
  scene.eventLog.addAudit = async () => {
    throw new ServiceError('store_unavailable', 'The disk is full.')
  }
  const answer = await send(scene, adminToken, method, path.replace('CORPID', corpid), body)
  const problem = await jsonOf(answer)
  expect([answer.status, problem.code]).toEqual([503, 'store_unavailable'])
  expect(JSON.stringify(problem)).not.toContain('sk_suited_')
})
