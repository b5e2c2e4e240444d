/** What an installation may fail by, and how many may be tried. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import {
  english,
  get,
  installEvents,
  link,
  openScene,
  publicUrl,
  redirect,
  supportCodeIn,
  throughWecom,
} from './install-scene'

describe('An installation that fails', () => {
  test('of a code that WeCom doesn’t know says so, with a button that begins again', async () => {
    const scene = await openScene()
    const { back, cookie } = await throughWecom(scene)
    back.searchParams.set('auth_code', 'unknown')
    const answer = await get(scene, back.pathname + back.search, { cookie, ...english })
    expect(answer.status).toBe(400)
    const page = await answer.text()
    expect(page).toContain('The installation did not finish')
    expect(page).toContain('code_spent')
    expect(page).toContain(`href="${publicUrl}/install?redirect=${encodeURIComponent(redirect)}"`)
    const supportCode = supportCodeIn(page)
    expect(scene.logs).toContainEqual(expect.objectContaining({ code: 'code_spent', supportCode }))
  })

  test.each([
    ['a forged state', 'auth_code=unknown&state=forged', 403, 'bad_state'],
    ['no state', 'auth_code=unknown', 400, 'code_spent'],
    ['no auth_code', '', 400, 'invalid_request'],
    ['a forged state and no auth_code', 'state=forged', 403, 'bad_state'],
    ['an auth_code of other letters', 'auth_code=a%2Fb', 400, 'invalid_request'],
    ['an auth_code that is too long', `auth_code=${'a'.repeat(513)}`, 400, 'invalid_request'],
  ])('of a return with %s is refused', async (_, query, status, code) => {
    const scene = await openScene()
    const answer = await get(scene, `/install/done?${query}`)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(code)
  })

  test('since the administrator declined begins again by a button', async () => {
    const scene = await openScene()
    const { back, cookie } = await throughWecom(scene)
    back.searchParams.delete('auth_code')
    const answer = await get(scene, back.pathname + back.search, { cookie })
    expect(answer.status).toBe(403)
    const page = await answer.text()
    expect(page).toContain('declined')
    expect(page).toContain(`href="${publicUrl}/install?redirect=`)
  })

  test.each([
    ['without a public URL', { SUITED_PUBLIC_URL: '' }, {}, 503, 'public_url_missing'],
    ['with a foreign redirect', {}, { redirect: 'https://evil.example' }, 403, 'url_not_trusted'],
    ['with a broken redirect', {}, { redirect: '//app.example.com' }, 400, 'invalid_request'],
    ['that only observes', { SUITED_OBSERVE: '1' }, {}, 503, 'suite_not_configured'],
  ] as const)('%s fails at its link already', async (_, env, query, status, code) => {
    const scene = await openScene({ env })
    const answer = await get(scene, link(query).slice(publicUrl.length))
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(code)
  })

  test.each(['/cgi-bin/service/get_pre_auth_code', '/cgi-bin/service/set_session_info'])(
    'since WeCom refuses %s sends nobody to WeCom',
    async (path) => {
      const scene = await openScene()
      scene.simulator.faults.add({ path, errcode: 40077 })
      const answer = await get(scene, '/install')
      expect(answer.status).toBe(502)
      const page = await answer.text()
      expect(page).toContain('wecom_error')
      expect(page).toContain('href="?"')
    },
  )

  test('while no ticket has come says that the service is getting ready', async () => {
    const scene = await openScene({}, false)
    const answer = await get(scene, '/install', english)
    expect(answer.status).toBe(503)
    const page = await answer.text()
    expect(page).toContain('suite_ticket_missing')
    expect(page).toContain('getting ready')
  })
})

describe('The limits of installations', () => {
  const remoteAddressOf = (request: Request) =>
    request.headers.get('x-remote-address') ?? '192.0.2.1'
  const from = (address: string) => ({ 'x-remote-address': address, ...english })

  const statuses = async (times: number, ask: (n: number) => Promise<Response>) => {
    const seen: number[] = []
    for (let n = 0; n < times; n++) seen.push((await ask(n)).status)
    return seen
  }
  const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

  test('let an address begin thirty a minute', async () => {
    const scene = await openScene({ remoteAddressOf })
    const ask = () => get(scene, '/install')
    expect(await statuses(31, ask)).toEqual([...times(30, 200), 429])
    expect((await get(scene, '/install', from('192.0.2.2'))).status).toBe(200)
    await scene.clock.advance(minuteMs)
    expect((await ask()).status).toBe(200)
  })

  test('let an address bring ten codes a minute without a state, and offer to try again', async () => {
    const scene = await openScene({ remoteAddressOf })
    const seen = await statuses(11, (n) =>
      get(scene, `/install/done?auth_code=unknown${n}&state=forged`),
    )
    expect(seen).toEqual([...times(10, 403), 429])
    expect(await installEvents(scene)).toHaveLength(10)

    const path = '/install/done?auth_code=another'
    const answer = await get(scene, path, english)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeWithin(50, 61)
    expect(await answer.text()).toContain('href="?auth_code=another"')
    await scene.clock.advance(minuteMs)
    expect((await get(scene, path)).status).toBe(400)
  })

  test('let all addresses bring sixty such codes a minute', async () => {
    const scene = await openScene({ remoteAddressOf })
    const seen = await statuses(61, (n) =>
      get(scene, `/install/done?auth_code=unknown${n}&state=forged`, from(`192.0.2.${n}`)),
    )
    expect(seen).toEqual([...times(60, 403), 429])
    const { path, cookie } = await throughWecom(scene)
    expect((await get(scene, path, { cookie, ...from('192.0.2.99') })).status).toBe(302)
  })

  test('let a state of ours vouch for one code: others that come with it are strangers', async () => {
    const scene = await openScene({ remoteAddressOf })
    const { path, back, cookie } = await throughWecom(scene)
    expect((await get(scene, path, { cookie })).status).toBe(302)
    const seen = await statuses(11, (n) => {
      back.searchParams.set('auth_code', `unknown${n}`)
      return get(scene, back.pathname + back.search, { cookie })
    })
    expect(seen).toEqual([...times(10, 400), 429])
    const states = (await installEvents(scene)).map(({ payload }) => payload.InstallState)
    expect(states).toEqual([...times(10, 'bad'), 'good'])
    expect((await get(scene, path, { cookie })).status).toBe(302)
  })

  test('never refuse the code of a good state for what others guess at its address', async () => {
    const scene = await openScene({ remoteAddressOf })
    const { path, cookie } = await throughWecom(scene)
    const guess = (n: number) => get(scene, `/install/done?auth_code=unknown${n}`)
    expect(await statuses(11, guess)).toEqual([...times(10, 400), 429])
    expect((await get(scene, path, { cookie })).status).toBe(302)
  })

  test('are off where SUITED_RATE_LIMIT is 0', async () => {
    const scene = await openScene({ remoteAddressOf, env: { SUITED_RATE_LIMIT: '0' } })
    expect(await statuses(31, () => get(scene, '/install'))).toEqual(times(31, 200))
    const codes = await statuses(61, (n) => get(scene, `/install/done?auth_code=unknown${n}`))
    expect(codes).toEqual(times(61, 400))
  })
})
