/** The return of an installation: once, twice, late, with any state. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import {
  corpName,
  english,
  exchanges,
  expectAuthorised,
  get,
  installEvents,
  link,
  openScene,
  redirect,
  supportCodeIn,
  throughWecom,
  visit,
} from './install-scene'

describe('The return of an installation', () => {
  test('is exchanged once, and answered alike, where the webview asks twice at once', async () => {
    const scene = await openScene()
    const { trail } = await visit(scene, { maxRedirects: 2, askTwice: true })
    expect(trail[2]?.location).toStartWith(`${redirect}&code=`)
    expect(trail[2]?.twin).toEqual({ status: 302, location: trail[2]?.location ?? '' })
    expect(exchanges(scene)).toBe(1)
  })

  test('has the same answer within 60 seconds, and sends nobody on later', async () => {
    const scene = await openScene()
    const { path, cookie } = await throughWecom(scene)
    const first = await get(scene, path, { cookie })
    expect(first.headers.getSetCookie()[0]).toContain('Max-Age=60;')
    await scene.clock.advance(58_000)
    const again = await get(scene, path, { cookie })
    expect(again.headers.get('location')).toBe(first.headers.get('location'))

    await scene.clock.advance(3000)
    for (const cookies of [cookie, '']) {
      const later = await get(scene, path, { cookie: cookies, ...english })
      expect(later.status).toBe(200)
      expect(later.headers.get('location')).toBeNull()
      expect(await later.text()).toContain('installed already')
    }
    expect(exchanges(scene)).toBe(1)
  })

  test('ends on the redirect after a restart between link and return', async () => {
    const scene = await openScene()
    const { path, cookie } = await throughWecom(scene)
    const restarted = await scene.restart()
    const answer = await get(restarted, path, { cookie })
    expect(answer.headers.get('location')).toStartWith(`${redirect}&code=`)
  })

  test('has the same answer after a restart', async () => {
    const scene = await openScene()
    const { path, cookie } = await throughWecom(scene)
    const first = await get(scene, path, { cookie })
    const again = await get(await scene.restart(), path, { cookie })
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
  })

  test('is exchanged once though WeCom pushes create_auth too', async () => {
    const scene = await openScene()
    const { path, back, cookie } = await throughWecom(scene)
    const AuthCode = back.searchParams.get('auth_code') ?? ''
    const [answer] = await Promise.all([
      get(scene, path, { cookie }),
      scene.simulator.pusher.pushEvent('create_auth', { fields: { AuthCode } }),
    ])
    expect(answer.headers.get('location')).toStartWith(`${redirect}&code=`)
    await scene.clock.advance(60_000)
    expect((await installEvents(scene)).map(({ status }) => status)).toEqual(['done', 'done'])
    expect(exchanges(scene)).toBe(1)
  })

  test.each([
    ['forged', (url: URL) => url.searchParams.set('state', 'forged')],
    ['of a flow that is forged', (url: URL) => url.searchParams.set('flow', 'forged')],
  ])('is authorised with a state %s, and leads nowhere', async (_, change) => {
    const scene = await openScene()
    const { back, cookie } = await throughWecom(scene)
    change(back)

    const answer = await get(scene, back.pathname + back.search, { cookie })

    expect(answer.status).toBe(403)
    expect(answer.headers.get('location')).toBeNull()
    const page = await answer.text()
    expect(page).toContain('bad_state')
    expect(page).toContain(corpName)
    const supportCode = supportCodeIn(page)
    expect(scene.logs).toContainEqual(expect.objectContaining({ code: 'bad_state', supportCode }))
    await expectAuthorised(scene, 'bad')
  })

  test('is authorised with a state that is too old', async () => {
    const scene = await openScene()
    const { path, cookie } = await throughWecom(scene, { redirect }, { pauseMs: 10 * minuteMs })
    expect((await get(scene, path, { cookie })).status).toBe(403)
    await expectAuthorised(scene, 'bad')
  })

  test('is authorised with the state and cookie of another flow', async () => {
    const scene = await openScene()
    const { back } = await throughWecom(scene)
    const other = await throughWecom(scene)
    back.searchParams.set('state', other.back.searchParams.get('state') ?? '')
    const answer = await get(scene, back.pathname + back.search, { cookie: other.cookie })
    expect(answer.status).toBe(403)
    await expectAuthorised(scene, 'bad')
  })

  test('is authorised without its cookie: the page says so, and leads nowhere', async () => {
    const scene = await openScene()
    const { page, trail } = await visit(scene, { loseCookies: true, language: 'en' })
    expect(trail).toHaveLength(3)
    expect(page).toMatchObject({ status: 200, title: 'The app is installed', location: null })
    expect(page.text).toContain('could not tell that this browser began the installation')
    await expectAuthorised(scene, 'missing')
  })

  test('is authorised with nothing but its auth_code', async () => {
    const scene = await openScene()
    const { back } = await throughWecom(scene)
    const authCode = back.searchParams.get('auth_code')
    const answer = await get(scene, `/install/done?auth_code=${authCode}`)
    expect(answer.status).toBe(200)
    await expectAuthorised(scene, 'missing')
  })

  test('may begin with a visitor who has no cookie: the one who has it still goes on', async () => {
    const scene = await openScene()
    const { path, cookie } = await throughWecom(scene)
    expect((await get(scene, path)).status).toBe(200)
    const answer = await get(scene, path, { cookie })
    expect(answer.headers.get('location')).toStartWith(`${redirect}&code=`)
  })

  test('shows its page in the language that the link asked for', async () => {
    const scene = await openScene()
    const { page } = await visit(scene, { url: link({ lang: 'en-GB' }), language: 'zh' })
    expect(page).toMatchObject({ status: 200, title: 'The app is installed' })
  })

  test('is authorised without a public URL', async () => {
    const scene = await openScene({ env: { SUITED_PUBLIC_URL: '' } })
    const { authCode } = await scene.simulator.pusher.install(scene.suiteId, scene.corpids[0]!, {
      from: 'provider',
    })
    expect((await get(scene, `/install/done?auth_code=${authCode}`)).status).toBe(200)
    await expectAuthorised(scene, 'missing')
  })
})
