/**
 * Every route and every way to fail: what browsers are told, and who of them may read the answer.
 */
import { afterAll, describe, expect, test } from 'bun:test'
import { createApp, createOperatorApp, createPublicApp } from '../../../src/app'
import { adminToken, createScene, pageUrl } from '../../scene'
import { checkUrl, push } from '../wecom/sealed-callback'

const scene = await createScene({ domainFiles: { 'WW_verify_abc.txt': 'abc' } })
const corpid = await scene.installed()
const { appParts } = scene.service
afterAll(() => scene.stop())

const origin = 'https://app.example.com'
const evil = 'https://evil.example'

const values: Readonly<Record<string, string>> = { suite: 'default', corpid, rest: 'abc.txt' }
const pathOf = (path: string) => path.replace(/:(\w+)/g, (_, name) => values[name] ?? 'x')

const routes = scene.service.app.routes.map(({ method, path }) => ({ method, path: pathOf(path) }))

/** With and without a key, and with a method that is not there. */
const asked = routes.flatMap(({ method, path }) => [
  { method, path, headers: { authorization: `Bearer ${adminToken}`, origin } },
  { method, path, headers: { origin } },
  { method: 'TRACE', path, headers: { origin } },
])

const isPage = ({ headers }: Response) => headers.get('content-type')?.startsWith('text/html')

/** Pages of an installation and a login, for people. */
const isFlow = (path: string) => /^(\/suites\/[^/]+)?\/(install|login|business)(\/|$)/.test(path)

const expectSafe = ({ headers }: Response, what: string, referrer = 'no-referrer') => {
  const told = Object.fromEntries(headers)
  expect([what, told]).toEqual([
    what,
    expect.objectContaining({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': referrer,
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none';.*frame-ancestors 'none'$/,
      ),
    }),
  ])
}

const ask = ({ method, path, headers }: (typeof asked)[number]) =>
  scene.request(path, { method, headers })

describe('every answer', () => {
  test('may not be framed, sniffed or embedded, and sends no address on', async () => {
    expect(asked.length).toBeGreaterThan(120)
    for (const request of asked) {
      const answer = await ask(request)
      // WeCom's install page wants to know our origin, and gets no more.
      const forWecom = isFlow(request.path) && isPage(answer)
      const referrer = forWecom ? 'strict-origin-when-cross-origin' : 'no-referrer'
      expectSafe(answer, `${request.method} ${request.path}`, referrer)
    }
    for (const path of ['/', '/nothing', '/api/nothing', '/%zz', '/swagger/none.js']) {
      expectSafe(await scene.request(path), path)
    }
  })

  test('is kept by nobody, but for pages and assets, which are asked about each time', async () => {
    for (const request of asked) {
      const answer = await ask(request)
      const { method, path } = request
      const isAsset = path.startsWith('/swagger') && answer.status === 200
      const wanted = isAsset ? 'no-cache' : 'no-store'
      expect([method, path, answer.headers.get('cache-control')]).toEqual([method, path, wanted])
    }
  })

  test('says what it is: JSON is called JSON, and only pages HTML', async () => {
    for (const request of asked) {
      const answer = await ask(request)
      if (isPage(answer) && !isFlow(request.path)) expect(request.path).toMatch(/^\/swagger\/?$/)
      // A stream has no end.
      if (request.path.endsWith('/stream') && answer.ok) continue
      const text = await answer.text()
      const isJson = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '')
      if (text.startsWith('{') && !request.path.endsWith('/export')) {
        expect([request.path, isJson]).toEqual([request.path, true])
      }
    }
  })

  test('to WeCom and to pages has them too when all is well', async () => {
    expectSafe(await push(scene), 'push')
    expectSafe(await checkUrl(scene), 'check')
    const query = new URLSearchParams({ corpid, url: pageUrl })
    const signed = await scene.request(`/sign?${query}`)
    expect(signed.status).toBe(200)
    expectSafe(signed, 'sign')
    const file = await scene.request('/WW_verify_abc.txt')
    expect(file.status).toBe(200)
    expectSafe(file, 'file')
  })

  test('has them on listeners of the operators’ own and of the world’s', async () => {
    const apps = [createOperatorApp(appParts), createPublicApp(appParts, false)]
    for (const app of apps) {
      for (const path of ['/healthz', '/nothing', '/swagger', '/sign']) {
        expectSafe(await app.handle(new Request(`http://localhost${path}`)), path)
      }
    }
  })
})

describe('pages', () => {
  test('have no rights to devices, and run no scripts but their own', async () => {
    const pages = (await Promise.all(asked.map(ask))).filter(isPage)
    expect(pages.length).toBeGreaterThan(0)
    for (const { headers } of pages) {
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('content-security-policy')).not.toMatch(
        /unsafe-eval|script-src[^;]*unsafe/,
      )
    }
  })
})

describe('https alone', () => {
  const told = async (https: boolean, path: string) => {
    const answers = await Promise.all(
      [createApp(appParts, https), createPublicApp(appParts, https)].map((app) =>
        app.handle(new Request(`${https ? 'https' : 'http'}://gw.example.com${path}`)),
      ),
    )
    return answers.map(({ headers }) => headers.get('strict-transport-security'))
  }

  test.each(['/healthz', '/nothing', '/sign', '/callback/command'])(
    'is asked for where TLS is ours, and nowhere else: %s',
    async (path) => {
      expect(await told(true, path)).toEqual(Array(2).fill('max-age=15552000'))
      expect(await told(false, path)).toEqual([null, null])
    },
  )
})

describe('a page of another origin', () => {
  const corsOf = ({ headers }: Response) =>
    [...headers].filter(([name]) => name.startsWith('access-control-'))

  test('may read /sign if it is trusted, and nothing else', async () => {
    let readable = 0
    for (const request of asked.filter(({ method }) => method !== 'OPTIONS')) {
      const { method, path } = request
      const cors = corsOf(await ask(request))
      const isSign = path.endsWith('/sign') && ['GET', 'POST'].includes(method)
      const wanted = isSign ? [['access-control-allow-origin', origin]] : []
      expect([method, path, cors]).toEqual([method, path, wanted as [string, string][]])
      if (isSign) readable += 1
    }
    expect(readable).toBe(8)
  })

  test('may read nothing at all if it isn’t trusted', async () => {
    for (const { method, path } of routes.filter((route) => route.method !== 'OPTIONS')) {
      const headers = { authorization: `Bearer ${adminToken}`, origin: evil }
      const answer = await scene.request(path, { method, headers })
      expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, null])
    }
  })

  test('is let through a preflight for /sign alone, without credentials', async () => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    for (const path of new Set(routes.map((route) => route.path))) {
      const answer = await scene.request(path, { method: 'OPTIONS', headers })
      const cors = Object.fromEntries(corsOf(answer))
      const wanted = path.endsWith('/sign')
        ? {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'GET, POST',
            'access-control-allow-headers': 'authorization, content-type',
            'access-control-max-age': '600',
          }
        : {}
      expect([path, cors]).toEqual([path, wanted as never])
    }
  })
})
