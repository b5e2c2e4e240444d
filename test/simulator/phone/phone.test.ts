import { expect, test } from 'bun:test'
import { corpid, createBox, creator, otherCorpid, suiteId } from '../box'

const app = 'https://app.example.com'

interface Asked {
  readonly url: URL
  readonly headers: Headers
}

/** A backend with a login, an install page and a home page, and phones that visit it. */
const setUp = () => {
  const asked: Asked[] = []
  const codes = new Set<string>()
  const box = createBox({
    send: async (address, init) => {
      const url = new URL(address)
      const headers = new Headers(init.headers)
      asked.push({ url, headers })
      const to = (location: string, cookie?: string) =>
        new Response(null, {
          status: 302,
          headers: { location, ...(cookie && { 'set-cookie': cookie }) },
        })
      if (url.pathname === '/loop') return to('/loop')
      if (url.pathname === '/login') {
        const query = new URLSearchParams({
          appid: suiteId,
          redirect_uri: `${app}/login/done`,
          response_type: 'code',
          scope: 'snsapi_base',
          state: 's1',
        })
        const page = `https://open.weixin.qq.com/connect/oauth2/authorize?${query}#wechat_redirect`
        return to(page, '__Host-flow=1; Path=/; Secure; HttpOnly; SameSite=Lax')
      }
      if (url.pathname === '/login/done') {
        if (!headers.has('cookie')) return to('/login')
        codes.add(url.searchParams.get('code') ?? '')
        return to('/home')
      }
      if (url.pathname === '/install') {
        const token = await box.suiteToken()
        const query = { suite_access_token: token }
        const { pre_auth_code } = await box.get('/cgi-bin/service/get_pre_auth_code', query)
        const page = new URLSearchParams({
          suite_id: suiteId,
          pre_auth_code: String(pre_auth_code),
          redirect_uri: `${app}/home`,
          state: 's2',
        })
        const address = `https://open.work.weixin.qq.com/3rdapp/install?${page}`
        const escaped = address.replaceAll('&', '&amp;')
        return new Response(
          `<noscript><meta http-equiv="refresh" content="0; url=${escaped}"></noscript>`,
        )
      }
      return new Response('<title>Home</title><p>Welcome <a href="/login">again</a>', {
        headers: { 'content-type': 'text/html' },
      })
    },
  })
  const control = async (path: string, body: Record<string, unknown>) => {
    const response = await box.simulator.fetch(`http://localhost/simulator${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    // biome-ignore lint/suspicious/noExplicitAny: an answer as a program reads it
    return { status: response.status, ...((await response.json()) as any) }
  }
  const visit = (path: string, body: Record<string, unknown> = {}) =>
    control('/visits', { url: app + path, ...body })
  const urls = (trail: { url: string }[]) => trail.map(({ url }) => new URL(url).pathname)
  return { ...box, asked, codes, control, urls, visit }
}

test('a phone logs in as its holder, whoever the visitor of the world is', async () => {
  const { asked, codes, get, simulator, suiteToken, urls, visit } = setUp()
  simulator.world.visitor = { corpid, userid: creator }
  const visited = await visit('/login', { corpid: otherCorpid, userAgent: 'wecom-android' })
  expect(urls(visited.trail)).toEqual([
    '/login',
    '/connect/oauth2/authorize',
    '/login/done',
    '/home',
  ])
  expect(visited.page).toMatchObject({
    status: 200,
    title: 'Home',
    text: 'Welcome again',
    links: [`${app}/login`],
  })
  expect(visited.trail[2].sentCookies).toEqual(['__Host-flow'])
  expect(visited.stopped).toBe(false)
  expect(asked[0]?.headers.get('user-agent')).toContain('wxwork')
  const suite_access_token = await suiteToken()
  const [code = ''] = codes
  const path = '/cgi-bin/service/auth/getuserinfo3rd'
  expect(await get(path, { suite_access_token, code })).toMatchObject({ corpid: otherCorpid })
})

test('a phone follows a page to WeCom with the referer that the page allows', async () => {
  const { simulator, visit } = setUp()
  const { trail, page } = await visit('/install', { corpid, userid: creator })
  expect(trail[1].referer).toBe(`${app}/`)
  expect(new URL(page.url).searchParams.get('auth_code')).toBeString()
  expect(simulator.world.installations.get(`${suiteId}/${corpid}`)).toHaveLength(1)
})

test('a phone that loses its cookies once comes through the second time', async () => {
  const { urls, visit } = setUp()
  const { trail } = await visit('/login', { loseCookies: 'once' })
  expect(urls(trail).filter((path: string) => path === '/login/done')).toHaveLength(2)
  expect(trail.at(-1).title).toBe('Home')
})

test('a phone that keeps no cookies goes on for fifteen times', async () => {
  const { visit } = setUp()
  const { trail, stopped } = await visit('/login', { loseCookies: true })
  expect(trail).toHaveLength(16)
  expect(stopped).toBe(true)
})

test('a phone that asks twice asks for the address with the code alone', async () => {
  const { asked, codes, visit } = setUp()
  const { trail } = await visit('/login', { askTwice: true })
  expect(asked.map(({ url }) => url.pathname)).toEqual([
    '/login',
    '/login/done',
    '/login/done',
    '/home',
  ])
  expect(trail[2].twin).toEqual({ status: 302, location: `${app}/home` })
  expect(codes.size).toBe(1)
})

test('a phone with a name keeps its cookies from one visit to the next', async () => {
  const { asked, visit } = setUp()
  const begun = await visit('/login', { phone: 'a', maxRedirects: 1 })
  expect(begun.stopped).toBe(true)
  await visit('/home', { phone: 'b' })
  await visit('/home', { phone: 'a' })
  expect(asked.map(({ headers }) => headers.get('cookie'))).toEqual([null, null, '__Host-flow=1'])
})

test('an admin opens 业务设置URL from the console with a code', async () => {
  const { asked, control } = setUp()
  const { page } = await control('/open-business-url', { url: `${app}/business?a=1`, corpid })
  expect(page.title).toBe('Home')
  expect(asked[0]?.url.searchParams.get('a')).toBe('1')
  const code = asked[0]?.url.searchParams.get('auth_code')
  expect(code).toBeString()
})

test('an address without an answer ends the visit with its problem', async () => {
  const { control, simulator } = setUp()
  simulator.faults.add({ path: '/3rdapp/install', reset: true })
  const { page } = await control('/visits', {
    url: 'https://open.work.weixin.qq.com/3rdapp/install',
  })
  expect(page.status).toBeNull()
  expect(page.problem).toContain('cut')
})

test.each([
  [400, { url: 'ftp://example.com/' }],
  [400, { url: `${app}/`, maxRedirects: 16 }],
  [400, { url: `${app}/`, userAgent: '机' }],
  [404, { url: `${app}/`, corpid: 'wpNowhere' }],
])('a visit is refused with %i for %j', async (status, body) => {
  expect((await setUp().control('/visits', body)).status).toBe(status)
})
