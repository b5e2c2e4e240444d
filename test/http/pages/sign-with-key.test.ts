/** Signatures for whoever shows an API key: counted by the key, within its limits. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { jsonOf, pageUrl, type Scene, type SceneOptions } from '../../scene'
import { installedThrice } from '../../suite/three-suites'
import { createKey } from '../access/create-key'

const env = { SUITED_RATE_LIMIT: '2', SUITED_TRUSTED_DOMAINS: 'app.example.com' }

const signing = async (rights: object = {}, options: SceneOptions = {}) => {
  const three = await installedThrice({ env, remoteAddressOf: () => '203.0.113.7', ...options })
  const key = await createKey(three.scene, 'signer', { scopes: ['sign'], ...rights })
  return { ...three, key, corpid: three.corpids[0]! }
}

const sign = async (
  scene: Scene,
  corpid: string,
  { key, suite, post = false }: { key?: string; suite?: string; post?: boolean },
) => {
  const path = suite === undefined ? '/sign' : `/suites/${suite}/sign`
  const headers: Record<string, string> = {
    origin: 'https://app.example.com',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  }
  const fields = { corpid, url: pageUrl }
  const answer = await (post
    ? scene.request(path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      })
    : scene.request(`${path}?${new URLSearchParams(fields)}`, { headers }))
  return { status: answer.status, headers: answer.headers, body: await jsonOf(answer) }
}

const times = async <T>(count: number, once: () => Promise<T>): Promise<T[]> => {
  const results: T[] = []
  for (let n = 0; n < count; n++) results.push(await once())
  return results
}

const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status)

describe('a request for a signature with a key', () => {
  test('counts for the key and not for its address', async () => {
    const { scene, corpid, key } = await signing({ perMinute: 4 })
    expect(statuses(await times(5, () => sign(scene, corpid, { key })))).toEqual([
      200, 200, 200, 200, 429,
    ])
    expect(statuses(await times(3, () => sign(scene, corpid, {})))).toEqual([200, 200, 429])
    await scene.clock.advance(minuteMs)
    expect((await sign(scene, corpid, { key })).status).toBe(200)
  })

  test.each([false, true])('is answered as without one; in a body: %p', async (post) => {
    const { scene, corpid, key } = await signing()
    const { body: plain } = await sign(scene, corpid, { post })
    const { body, headers } = await sign(scene, corpid, { key, post })
    expect(Object.keys(body)).toEqual(Object.keys(plain))
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  test.each([false, true])('is for the key’s companies alone; in a body: %p', async (post) => {
    const { scene, corpids, key } = await signing({ corps: ['wpOther'] })
    const own = await createKey(scene, 'own', { scopes: ['sign'], corps: [corpids[0]] })
    expect((await sign(scene, corpids[0]!, { key: own, post })).status).toBe(200)
    const foreign = await sign(scene, corpids[0]!, { key, post })
    expect(foreign).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  test('is for the key’s suites alone, the default one where the path names none', async () => {
    const { scene, corpid, key } = await signing({ suites: ['hr'] })
    expect((await sign(scene, corpid, { key, suite: 'hr' })).status).toBe(200)
    expect((await sign(scene, corpid, { key })).status).toBe(403)
    expect((await sign(scene, corpid, { key, suite: 'crm' })).status).toBe(403)
  })

  test('of another scope is refused, and pages of a trusted origin can read why', async () => {
    const { scene, corpid } = await signing()
    const key = await createKey(scene, 'reader', { scopes: ['read'] })
    const { status, body, headers } = await sign(scene, corpid, { key })
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' })
    expect(body.detail).toContain('sign')
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  test('that nobody knows or that was revoked is 401, although the ticket is at hand', async () => {
    const { scene, corpid, key } = await signing()
    await sign(scene, corpid, {})
    const unknown = key.replace(/.{43}$/, 'A'.repeat(43))
    expect((await sign(scene, corpid, { key: unknown })).status).toBe(401)
    const [{ id }] = (await scene.ask('/api/keys')).items
    await scene.request(`/api/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer an-admin-token-for-the-tests' },
    })
    expect((await sign(scene, corpid, { key })).status).toBe(401)
  })

  test('leaves what shows no key as it was: another Authorization header changes nothing', async () => {
    const { scene, corpid } = await signing()
    const query = new URLSearchParams({ corpid, url: pageUrl })
    const headers = { authorization: 'Basic dXNlcjpwYXNz' }
    const answers = await times(3, () => scene.request(`/sign?${query}`, { headers }))
    expect(statuses(answers)).toEqual([200, 200, 429])
  })
})
