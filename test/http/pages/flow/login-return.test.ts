/** What a return from WeCom's page must bring: its flow, its state and its cookie. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import type { Scene } from '../../../scene'
import {
  askedWho,
  atWecom,
  type Begun,
  begin,
  changed,
  cookieOf,
  link,
  locationOf,
  login,
  memberOf,
  oneApp,
  open,
  pageOf,
  publicUrl,
  redirect,
} from './login-scene'

const asked = { scope: 'snsapi_privateinfo', outsiders: '1', way: 'client', lang: 'en' }

/** To WeCom and back again, as a browser that is led on. */
const goOn = async (scene: Scene, answer: Response): Promise<Begun> => {
  expect(answer.status).toBe(302)
  const location = locationOf(answer)
  return { location, cookie: cookieOf(answer), back: await atWecom(scene, location) }
}

describe('a return whose cookie is missing', () => {
  test('starts the flow over, and the second time it is good', async () => {
    const scene = await oneApp()
    const { back } = await begin(scene, link(asked))
    const again = await goOn(scene, await open(scene, back))
    const member = await memberOf(scene, await open(scene, again.back, { cookie: again.cookie }))

    expect(again.location.searchParams.get('scope')).toBe('snsapi_privateinfo')
    expect(member).toMatchObject({ way: 'client', detail: { gender: '0' } })
    expect(askedWho(scene)).toBe(1)
  })

  test('the second time ends on a page, whose button begins anew with all that was asked', async () => {
    const scene = await oneApp()
    const corpid = scene.corpids[0]!
    const { back } = await begin(scene, link({ ...asked, corpid }))
    const again = await goOn(scene, await open(scene, back))
    const page = await pageOf(await open(scene, again.back))
    const button = new URL(page.again ?? '')

    expect(page.status).toBe(400)
    expect(page.html).toContain('cookies_lost')
    expect(page.html).toContain('<html lang="en">')
    expect(button.origin + button.pathname).toBe(`${publicUrl}/login`)
    expect(Object.fromEntries(button.searchParams)).toEqual({ redirect, corpid, ...asked })
    expect(page.html.match(/class="button"/g)).toHaveLength(1)
    expect(askedWho(scene)).toBe(0)
  })

  test('is one among five whose cookies are there, in reverse order', async () => {
    const scene = await oneApp()
    let jar = ''
    const begun: Begun[] = []
    for (let tab = 0; tab < 5; tab++) {
      const one = await begin(scene, link({ redirect: `${redirect}&tab=${tab}` }), { cookie: jar })
      jar = jar === '' ? one.cookie : `${jar}; ${one.cookie}`
      begun.push(one)
    }
    for (const [index, { back }] of begun.reverse().entries()) {
      const done = await open(scene, back, { cookie: jar })

      expect(locationOf(done).searchParams.get('tab')).toBe(String(4 - index))
      expect(await memberOf(scene, done)).toMatchObject({ way: 'client' })
    }
  })

  test('is the oldest of nine', async () => {
    const scene = await oneApp()
    const jar = new Map<string, string>()
    const header = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const backs: string[] = []
    for (let tab = 0; tab < 9; tab++) {
      const answer = await open(scene, link(), { cookie: header() })
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (cookie.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      backs.push(await atWecom(scene, locationOf(answer)))
      await scene.clock.advance(1000)
    }

    expect(jar.size).toBe(8)
    const [oldest = '', next = ''] = backs
    expect(locationOf(await open(scene, oldest, { cookie: header() })).hostname).toBe(
      'open.weixin.qq.com',
    )
    expect(locationOf(await open(scene, next, { cookie: header() })).hostname).toBe(
      'app.example.com',
    )
  })
})

describe('a state', () => {
  test('with junk behind it is taken', async () => {
    const scene = await oneApp()
    const { back, cookie, location } = await begin(scene, link())
    const state = `${location.searchParams.get('state')}https://i.maxthon.cn`

    expect((await open(scene, changed(back, { state }), { cookie })).status).toBe(302)
  })

  test('that is missing starts the flow over', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    const answer = await open(scene, changed(back, { state: null }), { cookie })

    expect(locationOf(answer).hostname).toBe('open.weixin.qq.com')
    expect(askedWho(scene)).toBe(0)
  })

  const wrong: [string, (begun: Begun, scene: Scene) => Promise<[string, string]>][] = [
    ['forged', async ({ back, cookie }) => [changed(back, { state: 'S'.repeat(32) }), cookie]],
    [
      'of another flow in the same browser',
      async ({ back, cookie }, scene) => {
        const other = await begin(scene, link())
        const state = other.location.searchParams.get('state')
        return [changed(back, { state }), `${cookie}; ${other.cookie}`]
      },
    ],
    [
      'expired',
      async ({ back, cookie }, scene) => {
        await scene.clock.advance(10 * minuteMs)
        return [back, cookie]
      },
    ],
    [
      'expired, in a browser that has lost its cookie',
      async ({ back }, scene) => {
        await scene.clock.advance(10 * minuteMs)
        return [back, '']
      },
    ],
    ['whose flow is missing', async ({ back, cookie }) => [changed(back, { flow: null }), cookie]],
    ['whose flow is forged', async ({ back, cookie }) => [changed(back, { flow: 'AAAA' }), cookie]],
    ['with a cookie of another value', async ({ back, cookie }) => [back, `${cookie}A`]],
  ]
  test.each(wrong)('%s is refused, and WeCom is not asked', async (_, change) => {
    const scene = await oneApp()
    const [back, cookie] = await change(await begin(scene, link()), scene)
    const answer = await open(scene, back, { cookie })
    const page = await pageOf(answer)

    expect(page.status).toBe(403)
    expect(page.html).toContain('bad_state')
    expect(answer.headers.has('location')).toBe(false)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(askedWho(scene)).toBe(0)
  })

  test('of another service is refused', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(await oneApp(), link())

    expect((await open(scene, back, { cookie })).status).toBe(403)
  })
})

test('a member who declines comes without a code, and may begin anew', async () => {
  const scene = await oneApp()
  const { back, cookie } = await begin(scene, link())
  const page = await pageOf(await open(scene, changed(back, { code: null }), { cookie }))

  expect(page.status).toBe(403)
  expect(page.html).toContain('declined')
  expect(page.again).toStartWith(`${publicUrl}/login?redirect=`)
})

test('a code that WeCom doesn’t know ends on a page that begins anew', async () => {
  const scene = await oneApp()
  const { back, cookie } = await begin(scene, link())
  const page = await pageOf(await open(scene, changed(back, { code: 'used' }), { cookie }))

  expect(page.status).toBe(400)
  expect(page.html).toContain('code_spent')
  expect(page.again).toStartWith(`${publicUrl}/login?redirect=`)
})

test.each(['a b', '中', 'a'.repeat(513)])('what is no code at all is refused: %p', async (code) => {
  const scene = await oneApp()
  const { back, cookie } = await begin(scene, link())
  const page = await pageOf(await open(scene, changed(back, { code }), { cookie }))

  expect(page.status).toBe(400)
  expect(page.html).toContain('invalid_request')
  expect(askedWho(scene)).toBe(0)
})

test('a restart between the start and the return harms nothing', async () => {
  const scene = await oneApp()
  const { back, cookie } = await begin(scene, link())
  const next = await scene.restart()

  expect(await memberOf(next, await open(next, back, { cookie }))).toMatchObject({ way: 'client' })
})

test('a login that nobody finishes leaves nothing behind', async () => {
  const scene = await oneApp()
  const written: string[] = []
  for (const name of ['putOnce', 'append', 'addAudit'] as const) {
    const before = scene.eventLog[name].bind(scene.eventLog) as (...given: unknown[]) => unknown
    Object.assign(scene.eventLog, {
      [name]: (...given: unknown[]) => {
        written.push(name)
        return before(...given)
      },
    })
  }
  for (let i = 0; i < 10; i++) await begin(scene, link())
  expect(written).toEqual([])

  await login(scene, link())
  expect(written).not.toEqual([])
})
