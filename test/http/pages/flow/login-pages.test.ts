/** What browsers and logs see of logins: headers, pages of failures, and no secret. */
import { describe, expect, test } from 'bun:test'
import type { Scene } from '../../../scene'
import { begin, changed, link, login, memberOf, newApp, oneApp, open, pageOf } from './login-scene'

const who = '/cgi-bin/service/auth/getuserinfo3rd'
const remoteAddressOf = (request: Request) => request.headers.get('x-remote-address') ?? '192.0.2.1'
const overNetwork = () => oneApp({ remoteAddressOf })

const told = ({ logs }: Scene) => logs.filter(({ message }) => message === 'a page told a failure')

describe('headers', () => {
  test('of a page keep it to itself, whatever the listener’s are', async () => {
    const { headers } = await open(await oneApp(), '/login/done')

    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
    expect(headers.get('content-security-policy')).toContain("style-src 'sha256-")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('of the ways on let nobody keep them', async () => {
    const scene = await oneApp()
    const begun = await open(scene, link())
    const done = await login(scene, link())

    for (const { status, headers } of [begun, done]) {
      expect(status).toBe(302)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
  })
})

describe('a page', () => {
  test('is in the language that is asked for, the other one below', async () => {
    const scene = await oneApp()
    const html = async (path: string, language: string) =>
      (await pageOf(await open(scene, path, { 'accept-language': language }))).html

    expect(await html('/login/done', 'en-GB,en;q=0.9')).toContain('<html lang="en">')
    expect(await html('/login/done', 'zh-CN')).toContain('<html lang="zh-CN">')
    expect(await html('/login/done?lang=en', 'zh-CN')).toContain('<html lang="en">')
  })

  test.each(['/login', '/business', '/suites/default/login'])(
    'says at %s that SUITED_PUBLIC_URL is missing',
    async (path) => {
      const scene = await oneApp({ env: { SUITED_PUBLIC_URL: '' } })
      const page = await pageOf(await open(scene, path))

      expect(page.status).toBe(503)
      expect(page.html).toContain('public_url_missing')
    },
  )

  test.each([
    { redirect: '/after' },
    { redirect: 'http://app.example.com/' },
    { redirect: 'https://app.example.com/#/home' },
  ])('refuses a link that asks for %j', async (query: Record<string, string>) => {
    const answer = await open(await oneApp(), link(query))

    expect((await pageOf(answer)).status).toBe(400)
    expect(answer.headers.has('location')).toBe(false)
  })

  test.each([
    [{ way: 'phone' }, 'The parameter way must be one of: client, web.'],
    [{ scope: 'all' }, 'The parameter scope must be one of: snsapi_base, snsapi_privateinfo.'],
    [{ outsiders: 'yes' }, 'The parameter outsiders must be one of: 0, 1.'],
    [{ corpid: 'a b' }, 'The parameter corpid must be the corpid of a company'],
  ])('says which parameter is wrong: %j', async (query: Record<string, string>, why) => {
    const page = await pageOf(await open(await oneApp(), link(query)))

    expect(page.status).toBe(400)
    expect(page.html).toContain(why)
  })

  test('refuses a link to a site that is not trusted, whose host the log alone names', async () => {
    const scene = await oneApp()
    const page = await pageOf(await open(scene, link({ redirect: 'https://evil.example/' })))

    expect(page.status).toBe(403)
    expect(page.html).toContain('url_not_trusted')
    expect(page.html).not.toContain('evil.example')
    expect(told(scene)).toMatchObject([{ code: 'url_not_trusted', host: 'evil.example' }])
  })

  test('takes a link with parameters that it doesn’t know', async () => {
    expect((await open(await oneApp(), `${link()}&utm_source=wecom`)).status).toBe(302)
  })
})

describe('a failure', () => {
  test.each([
    [40029, 400, 'code_spent'],
    [42022, 400, 'code_spent'],
    [48001, 403, 'permission_missing'],
    [48002, 403, 'permission_missing'],
    [60011, 403, 'permission_missing'],
    [50002, 403, 'not_a_member'],
    [50003, 404, 'corp_not_authorized'],
    [40013, 502, 'wecom_error'],
  ])('with WeCom’s errcode %i is a page with status %i: %s', async (errcode, status, code) => {
    const scene = await oneApp()
    scene.simulator.faults.add({ path: who, errcode })
    const page = await pageOf(await login(scene, link()))

    expect(page.status).toBe(status)
    expect(page.html).toContain(code)
    expect(told(scene)).toMatchObject([{ code, supportCode: page.supportCode }])
  })

  test('for a permission leads to WeCom’s page for it, and the log says what cures it', async () => {
    const scene = await oneApp()
    scene.simulator.faults.add({ path: who, errcode: 48002 })
    const page = await pageOf(await login(scene, link()))

    expect(page.again).toBe('https://work.weixin.qq.com/wework_admin/frame#apps')
    expect(told(scene)[0]?.cure).toContain('服务商后台')
  })

  test('of the network is a page with a button that begins anew', async () => {
    const scene = await oneApp()
    scene.simulator.faults.add({ path: who, hang: true })
    const { back, cookie } = await begin(scene, link())
    const answer = open(scene, back, { cookie })
    await scene.clock.advance(10_000)
    const page = await pageOf(await answer)

    expect(page.status).toBe(504)
    expect(page.again).toContain('/login?redirect=')
  })

  test('before the first suite_ticket asks for patience', async () => {
    const page = await pageOf(await login(await newApp(), link()))

    expect(page.status).toBe(503)
    expect(page.html).toContain('suite_ticket_missing')
  })

  test('shows a support code that the log has, however many there are', async () => {
    const scene = await overNetwork()
    const codes: (string | null)[] = []
    for (let i = 0; i < 8; i++)
      codes.push((await pageOf(await open(scene, '/login/done'))).supportCode)
    const logged = told(scene).map(({ supportCode }) => supportCode)

    expect(codes).not.toContain(null)
    expect(codes.filter((code) => !logged.includes(code))).toEqual([])
  })

  test('of one address hides no other’s from the log', async () => {
    const scene = await overNetwork()
    for (let i = 0; i < 20; i++) await open(scene, '/login/done')
    const other = await open(scene, '/login/done', { 'x-remote-address': '198.51.100.7' })

    expect(told(scene).at(-1)).toMatchObject({
      address: '198.51.100.7',
      supportCode: (await pageOf(other)).supportCode,
    })
  })
})

test('no log line has a code, a state, a flow or a cookie', async () => {
  const scene = await oneApp()
  const { back, cookie, location } = await begin(scene, link({ scope: 'snsapi_privateinfo' }))
  const done = await open(scene, back, { cookie })
  await memberOf(scene, done)
  scene.simulator.faults.add({ path: who, reset: true })
  const failed = await begin(scene, link())
  await open(scene, failed.back, { cookie: failed.cookie })
  await open(scene, changed(failed.back, { state: 'S'.repeat(32) }), { cookie: failed.cookie })
  const { searchParams } = new URL(back, 'https://gw.example.com')
  const secrets = [
    searchParams.get('code'),
    searchParams.get('flow'),
    location.searchParams.get('state'),
    cookie.split('=')[1],
    new URL(done.headers.get('location') ?? '').searchParams.get('code'),
    new URL(failed.back, 'https://gw.example.com').searchParams.get('code'),
  ]
  const logged = JSON.stringify(scene.logs)

  for (const secret of secrets) expect(logged).not.toContain(secret ?? 'missing')
})
