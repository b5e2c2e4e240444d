/** The one-time code behind a redirect, and who may turn it into the member. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { jsonOf, type Scene } from '../../../scene'
import { link, locationOf, login, oneApp, redeem, threeKinds } from './login-scene'

const keyOf = async (scene: Scene, rights: Record<string, unknown> = {}): Promise<string> => {
  const body = JSON.stringify({ name: 'shop', scopes: ['login'], ...rights })
  const headers = { 'content-type': 'application/json' }
  const { key } = await scene.ask('/api/keys', { method: 'POST', headers, body })
  expect(key).toStartWith('sk_suited_')
  return key
}

const loggedIn = async () => {
  const scene = await oneApp()
  return { scene, done: await login(scene, link()) }
}

describe('a one-time code', () => {
  test('stands behind the caller’s own query', async () => {
    const { done } = await loggedIn()

    expect([...locationOf(done).searchParams.keys()]).toEqual(['state', 'code'])
    expect(locationOf(done).searchParams.get('state')).toBe('theirs')
    expect(locationOf(done).searchParams.get('code')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test('gives the member once', async () => {
    const { scene, done } = await loggedIn()
    const both = await Promise.all([redeem(scene, done), redeem(scene, done)])
    const again = await redeem(scene, done)

    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
    expect(again.status).toBe(400)
    expect(await jsonOf(again)).toMatchObject({ code: 'invalid_request' })
    expect(again.headers.get('cache-control')).toBe('no-store')
  })

  test('gives nobody after 60 seconds', async () => {
    const { scene, done } = await loggedIn()
    await scene.clock.advance(minuteMs)

    expect((await redeem(scene, done)).status).toBe(400)
  })

  test('gives the member to the last moment, and after a restart', async () => {
    const { scene, done } = await loggedIn()
    await scene.clock.advance(minuteMs - 1)

    expect((await redeem(await scene.restart(), done)).status).toBe(200)
  })

  test.each([[{}], [{ code: 7 }], [{ code: 'x'.repeat(201) }], [[]], ['x']])(
    'is refused where none is: %j',
    async (body) => {
      const scene = await oneApp()
      const headers = { 'content-type': 'application/json' }
      const answer = await scene.ask('/api/login', {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })

      expect(answer).toMatchObject({ status: 400, code: 'invalid_request' })
    },
  )
})

describe('a key', () => {
  test('of scope login gets the member, and the audit log tells so, with the company', async () => {
    const { scene, done } = await loggedIn()
    const answer = await redeem(scene, done, await keyOf(scene))

    expect(answer.status).toBe(200)
    const { items } = await scene.ask('/api/audit')
    expect(items[0]).toMatchObject({
      action: 'login.redeem',
      status: 200,
      actor: { kind: 'key', name: 'shop' },
      suiteId: scene.suiteId,
      corpid: scene.corpids[0],
    })
  })

  test.each([[['read']], [['proxy', 'events', 'sign']]])(
    'of scope %j gets nobody',
    async (scopes) => {
      const { scene, done } = await loggedIn()

      expect((await redeem(scene, done, await keyOf(scene, { scopes }))).status).toBe(403)
    },
  )

  test('that is none, or none at all, gets nobody', async () => {
    const { scene, done } = await loggedIn()

    expect((await redeem(scene, done, 'sk_suited_nothing')).status).toBe(401)
    expect((await scene.request('/api/login', { method: 'POST' })).status).toBe(401)
  })

  test('for one company gets its members, and no others', async () => {
    const { scene, done } = await loggedIn()
    const own = await keyOf(scene, { corps: [scene.corpids[0]] })
    const other = await keyOf(scene, { corps: [scene.corpids[1]], name: 'other' })

    expect((await redeem(scene, done, other)).status).toBe(403)
    expect((await redeem(scene, await login(scene, link()), own)).status).toBe(200)
  })

  test('for one company gets nobody who is a member of none', async () => {
    const scene = await oneApp()
    scene.simulator.world.visitor = { openid: 'oStranger' }
    const done = await login(scene, link({ outsiders: '1' }))
    const key = await keyOf(scene, { corps: [scene.corpids[0]] })

    expect((await redeem(scene, done, key)).status).toBe(403)
  })

  test('for one suite gets those who logged in there', async () => {
    const { scene } = await threeKinds()
    const key = await keyOf(scene, { suites: ['crm'] })
    const mine = await login(scene, link({}, '/suites/crm'))
    const others = await login(scene, link({ way: 'web' }, '/suites/login'))

    expect((await redeem(scene, mine, key)).status).toBe(200)
    expect((await redeem(scene, others, key)).status).toBe(403)
  })
})
