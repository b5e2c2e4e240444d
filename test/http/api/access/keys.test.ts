import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../../src/clock'
import { createScene, jsonOf, type Scene, type SceneOptions } from '../../../scene'

const post = (body?: unknown) => ({
  method: 'POST',
  ...(body !== undefined && {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }),
})
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

const reading = { name: 'reader', scopes: ['read'] }

const withKey = async (rights: object = reading, options: SceneOptions = {}) => {
  const scene = await createScene(options)
  const created = await scene.ask('/api/keys', post(rights))
  return { scene, created, key: created.key as string, id: created.id as string }
}

const statusWith = async (scene: Scene, key: string, path = '/api/status') =>
  (await scene.request(path, bearer(key))).status

describe('a key that is made', () => {
  test('is answered 201 with its rights and, this once, itself', async () => {
    const { created } = await withKey({
      ...reading,
      corps: ['wpA'],
      perMinute: 60,
      expiresAt: null,
    })
    expect(created).toMatchObject({
      name: 'reader',
      scopes: ['read'],
      suites: null,
      corps: ['wpA'],
      perMinute: 60,
      expiresAt: null,
      lastUsedAt: null,
      uses: 0,
      status: 'good',
      previousUntil: null,
    })
    expect(created.id).toMatch(/^[A-Za-z0-9]{16}$/)
    expect(created.key).toMatch(new RegExp(`^sk_suited_${created.id}_[A-Za-z0-9_-]{43}$`))
  })

  test('opens what its scope opens at once, and nothing else', async () => {
    const { scene, key } = await withKey()
    expect(await statusWith(scene, key)).toBe(200)
    const refused = await scene.request('/api/keys', { ...post(reading), ...bearer(key) })
    expect(await jsonOf(refused)).toMatchObject({ status: 403, code: 'forbidden' })
  })

  test('stands in lists without the key and without a hash, with its uses', async () => {
    const { scene, key, id } = await withKey()
    await statusWith(scene, key)
    const list = await scene.ask('/api/keys')
    expect(list.items).toHaveLength(1)
    expect(list.items[0]).toMatchObject({ id, uses: 1, lastUsedAt: scene.clock.now() })
    expect(list.items[0]).not.toContainAnyKeys(['key', 'hash', 'secrets', 'version'])
  })

  test.each([
    ['no name', { scopes: ['read'] }, 'name'],
    ['a name of blanks', { name: ' ', scopes: ['read'] }, 'name'],
    ['a name with a line break', { name: 'a\nb', scopes: ['read'] }, 'name'],
    ['no scope', { name: 'a', scopes: [] }, 'scopes'],
    ['a scope that is none', { name: 'a', scopes: ['write'] }, 'scopes/0'],
    ['a mistyped limit', { ...reading, corp: ['wpA'] }, 'corp'],
    ['an empty limit', { ...reading, corps: [] }, 'corps'],
    ['a suite that is not there', { ...reading, suites: ['none'] }, 'suites'],
    ['a corpid that is none', { ...reading, corps: ['a b'] }, 'corps'],
    ['a path without the scope proxy', { ...reading, paths: ['/cgi-bin/user/get'] }, 'paths'],
    ['a path of ours', { name: 'a', scopes: ['proxy'], paths: ['/api/'] }, 'paths'],
    ['a method that is none', { name: 'a', scopes: ['proxy'], methods: ['get'] }, 'methods'],
    ['no request a minute', { ...reading, perMinute: 0 }, 'perMinute'],
    ['an end beyond all dates', { ...reading, expiresAt: 1e300 }, 'expiresAt'],
    ['an end in the past', { ...reading, expiresAt: 1 }, 'expiresAt'],
    ['limits of an admin key', { name: 'a', scopes: ['admin'], corps: ['wpA'] }, 'scopes'],
  ])('is refused with %s, and the field is named', async (_, body, field) => {
    const scene = await createScene()
    const problem = await scene.ask('/api/keys', post(body))
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(problem.errors).toContainEqual(expect.objectContaining({ field }))
    expect((await scene.ask('/api/keys')).items).toEqual([])
  })

  test('has a name that no other one has, until that one is revoked', async () => {
    const { scene, id } = await withKey()
    expect(await scene.ask('/api/keys', post(reading))).toMatchObject({ code: 'invalid_request' })
    await scene.request(`/api/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer an-admin-token-for-the-tests' },
    })
    expect((await scene.ask('/api/keys', post(reading))).status).toBe('good')
  })

  test('is on a page of its own where one is asked for', async () => {
    const { scene, id: first } = await withKey()
    await scene.clock.advance(secondMs)
    const second = await scene.ask('/api/keys', post({ ...reading, name: 'another' }))
    const page = await scene.ask('/api/keys?limit=1')
    expect(page).toMatchObject({ items: [{ id: second.id }], next: second.id })
    const next = await scene.ask(`/api/keys?limit=1&cursor=${page.next}`)
    expect(next).toMatchObject({ items: [{ id: first }], next: null })
    expect(await scene.ask('/api/keys?cursor=none')).toMatchObject({ code: 'invalid_request' })
  })
})

describe('a rotated key', () => {
  test('has a new secret; the one before counts until the grace is over', async () => {
    const { scene, key, id } = await withKey()
    const rotated = await scene.ask(`/api/keys/${id}/rotate`, post({ graceSeconds: 60 }))
    expect(rotated).toEqual({
      id,
      key: expect.not.stringMatching(key),
      previousUntil: scene.clock.now() + minuteMs,
    })
    expect((await scene.ask('/api/keys')).items[0].previousUntil).toBe(rotated.previousUntil)
    expect(await statusWith(scene, key)).toBe(200)
    await scene.clock.advance(minuteMs)
    expect(await statusWith(scene, key)).toBe(401)
    expect(await statusWith(scene, rotated.key)).toBe(200)
    expect((await scene.ask('/api/keys')).items[0].previousUntil).toBeNull()
  })

  test('has a day of grace where nothing is said, and none where 0 is', async () => {
    const { scene, key, id } = await withKey()
    const { previousUntil } = await scene.ask(`/api/keys/${id}/rotate`, post())
    expect(previousUntil).toBe(scene.clock.now() + 86_400 * secondMs)
    await scene.ask(`/api/keys/${id}/rotate`, post({ graceSeconds: 0 }))
    expect(await statusWith(scene, key)).toBe(401)
  })

  test('keeps its uses and the minute that it is counted in', async () => {
    const { scene, key, id } = await withKey({ ...reading, perMinute: 2 })
    await statusWith(scene, key)
    await statusWith(scene, key)
    const rotated = await scene.ask(`/api/keys/${id}/rotate`, post())
    expect(await statusWith(scene, rotated.key)).toBe(429)
    expect(await statusWith(scene, key)).toBe(429)
    await scene.clock.advance(minuteMs)
    expect(await statusWith(scene, rotated.key)).toBe(200)
    expect((await scene.ask('/api/keys')).items[0]).toMatchObject({ id, name: 'reader' })
    expect((await scene.ask('/api/keys')).items[0].uses).toBeGreaterThan(2)
  })

  test.each([
    ['less than nothing', { graceSeconds: -1 }],
    ['more than 30 days', { graceSeconds: 2_592_001 }],
    ['a mistyped field', { grace: 1 }],
  ])('is refused with %s', async (_, body) => {
    const { scene, id } = await withKey()
    const answer = await scene.ask(`/api/keys/${id}/rotate`, post(body))
    expect(answer).toMatchObject({ status: 400, code: 'invalid_request' })
  })
})

describe('a revoked key', () => {
  const revoke = (scene: Scene, id: string) =>
    scene.request(`/api/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer an-admin-token-for-the-tests' },
    })

  test('opens nothing from then on, with neither of its secrets', async () => {
    const { scene, key, id } = await withKey()
    const rotated = await scene.ask(`/api/keys/${id}/rotate`, post())
    const answer = await revoke(scene, id)
    expect(answer.status).toBe(204)
    expect(await answer.text()).toBe('')
    expect(await statusWith(scene, key)).toBe(401)
    expect(await statusWith(scene, rotated.key)).toBe(401)
    const [shown] = (await scene.ask('/api/keys')).items
    expect(shown).toMatchObject({ status: 'revoked', revokedAt: scene.clock.now() })
  })

  test('can be revoked again, and not be rotated', async () => {
    const { scene, id } = await withKey()
    await revoke(scene, id)
    expect((await revoke(scene, id)).status).toBe(204)
    const rotated = await scene.ask(`/api/keys/${id}/rotate`, post())
    expect(rotated).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  test.each(['AAAAAAAAAAAAAAAA', 'no-id'])('must be there: %s is not', async (id) => {
    const scene = await createScene()
    expect((await revoke(scene, id)).status).toBe(404)
  })
})

test('a key ends at its end', async () => {
  const scene = await createScene()
  const expiresAt = scene.clock.now() + minuteMs
  const { key } = await scene.ask('/api/keys', post({ ...reading, expiresAt }))
  expect(await statusWith(scene, key)).toBe(200)
  await scene.clock.advance(minuteMs)
  expect(await statusWith(scene, key)).toBe(401)
  expect((await scene.ask('/api/keys')).items[0].status).toBe('ended')
})

test('no key and no hash is in a line of the log, in an error, or in what is exported to be read', async () => {
  const { scene, key, id } = await withKey()
  const { hash } = (await scene.store.loadKey(id))!.secrets[0]!
  const problem = await scene.request('/api/none', bearer(key))
  const shown = [
    JSON.stringify(scene.logs),
    await problem.text(),
    JSON.stringify(await scene.ask('/api/audit')),
    JSON.stringify(await scene.ask('/api/keys')),
    await (await scene.request('/api/export', bearer('an-admin-token-for-the-tests'))).text(),
  ].join('\n')
  expect(shown).toContain(id)
  for (const secret of [key, key.slice(-43), hash]) expect(shown).not.toContain(secret)
})
