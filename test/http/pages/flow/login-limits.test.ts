/** What one address may ask of logins, and by which methods. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { jsonOf, type Scene, type SceneOptions } from '../../../scene'
import {
  askedWho,
  begin,
  changed,
  link,
  login,
  memberOf,
  oneApp,
  open,
  pageOf,
  redirect,
} from './login-scene'

const remoteAddressOf = (request: Request) => request.headers.get('x-remote-address') ?? '192.0.2.1'
const overNetwork = (env: SceneOptions['env'] = {}) => oneApp({ env, remoteAddressOf })

describe('limits', () => {
  test('of one address count all pages, with a button to go on', async () => {
    const scene = await overNetwork({ SUITED_RATE_LIMIT: '5' })
    for (let i = 0; i < 5; i++) expect((await open(scene, link())).status).toBe(302)
    const answer = await open(scene, link())
    const page = await pageOf(answer)

    expect(page.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('60')
    expect(new URLSearchParams(page.again?.slice(1)).get('redirect')).toBe(redirect)
    expect((await open(scene, link(), { 'x-remote-address': '198.51.100.7' })).status).toBe(302)
  })

  const guess = async (scene: Scene, times: number) => {
    for (let i = 0; i < times; i++) {
      const { back, cookie } = await begin(scene, link())
      await open(scene, changed(back, { code: `guess${i}` }), { cookie })
    }
  }

  test('of codes that WeCom doesn’t know end the asking for a minute', async () => {
    const scene = await overNetwork()
    await guess(scene, 12)

    expect(askedWho(scene)).toBe(10)
    await scene.clock.advance(minuteMs)
    expect(await memberOf(scene, await login(scene, link()))).toMatchObject({ way: 'client' })
  })

  test('go with SUITED_RATE_LIMIT=0', async () => {
    const scene = await overNetwork({ SUITED_RATE_LIMIT: '0' })
    await guess(scene, 12)

    expect(askedWho(scene)).toBe(12)
  })
})

describe('other methods', () => {
  test.each(['/login', '/login/done', '/business'])('are refused at %s', async (path) => {
    const answer = await open(await oneApp(), path, {}, 'POST')

    expect(answer.status).toBe(405)
    expect(await jsonOf(answer)).toMatchObject({ code: 'method_not_allowed' })
  })

  test('HEAD uses no code up', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    const head = await open(scene, back, { cookie }, 'HEAD')

    expect(await head.text()).toBe('')
    expect(await memberOf(scene, await open(scene, back, { cookie }))).toMatchObject({
      way: 'client',
    })
    expect(askedWho(scene)).toBe(1)
  })
})

test.each(['/login', '/business?auth_code=a'])(
  'of what another back-end serves nobody is sent to WeCom, at %s',
  async (path) => {
    const scene = await oneApp()
    const observing = await scene.reload({ SUITED_OBSERVE: '1' })
    const page = await pageOf(await open(observing, path))

    expect(page.status).toBe(503)
    expect(page.html).toContain('suite_not_configured')
    expect(askedWho(scene)).toBe(0)
  },
)
