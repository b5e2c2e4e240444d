import { describe, expect, test } from 'bun:test'
import { equalInConstantTime } from '../../../src/constant-time'
import { adminToken, createScene, jsonOf } from '../../scene'

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Every address of the API with its method, as the document lists them. */
const apiRoutes = async () => {
  const { request } = await createScene()
  const { paths } = await jsonOf(await request('/swagger/json'))
  return Object.entries<Record<string, unknown>>(paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => [method.toUpperCase(), path] as const),
    )
}

const routes = await apiRoutes()

describe('every address of the API', () => {
  /** What each answers of which all should answer the same. */
  const askAll = async (env: Record<string, string>, init: RequestInit = {}) => {
    const scene = await createScene({ env: { SUITED_RATE_LIMIT: '0', ...env } })
    const answers = []
    for (const [method, path] of routes) {
      const answer = await scene.request(path.replace(/\{\w+\}/g, 'x'), { method, ...init })
      const { code, detail } = await jsonOf(answer)
      answers.push({ route: `${method} ${path}`, status: answer.status, code, detail, answer })
    }
    return answers
  }

  test('is refused without a token, before anything else is judged', async () => {
    for (const { answer, ...told } of await askAll({})) {
      expect(told).toMatchObject({ status: 401, code: 'unauthorized' })
      expect(answer.headers.get('www-authenticate')).toStartWith('Bearer')
    }
  })

  test('is refused with a wrong token', async () => {
    for (const told of await askAll({}, bearer('a-wrong-token-of-the-same-len'))) {
      expect(told).toMatchObject({ status: 401, code: 'unauthorized' })
    }
  })

  test('is closed where no token is configured, whatever comes', async () => {
    for (const told of await askAll({ SUITED_ADMIN_TOKEN: '' }, bearer(''))) {
      expect(told).toMatchObject({ status: 403, code: 'admin_disabled' })
      expect(told.detail).toContain('SUITED_ADMIN_TOKEN')
    }
  })
})

test('there are routes to be guarded', () => {
  expect(routes.length).toBeGreaterThan(6)
})

/** The status with which a header is answered. */
const shown = async (header: string | null, env: Record<string, string> = {}) => {
  const { request } = await createScene({ env })
  const headers: Record<string, string> = header === null ? {} : { authorization: header }
  return (await request('/api/status', { headers })).status
}

describe('the admin token', () => {
  test.each([
    ['Bearer', `Bearer ${adminToken}`],
    ['bearer', `bearer ${adminToken}`],
    ['BEARER', `BEARER   ${adminToken}`],
  ])('is taken after %s', async (_, header) => {
    expect(await shown(header)).toBe(200)
  })

  test.each([
    ['nothing', null],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer '],
    ['the token alone', adminToken],
    ['another scheme', `Basic ${adminToken}`],
    ['a token that goes on', `Bearer ${adminToken}x`],
    ['the beginning of the token', `Bearer ${adminToken.slice(0, -1)}`],
    ['another case', `Bearer ${adminToken.toUpperCase()}`],
    ['two tokens', `Bearer x ${adminToken}`],
  ])('is not %s', async (_, header) => {
    expect(await shown(header)).toBe(401)
  })

  test('is nobody’s where none is configured', async () => {
    for (const header of [null, 'Bearer ', 'Bearer null', 'Bearer undefined']) {
      expect(await shown(header, { SUITED_ADMIN_TOKEN: '' })).toBe(403)
    }
  })

  test('is compared in constant time', async () => {
    const source = await Bun.file(`${import.meta.dir}/../../../src/http/access/access.ts`).text()
    expect(source).toContain('equalInConstantTime(token, adminToken)')
    expect(source).not.toMatch(/token\s*[!=]==?\s*adminToken|adminToken\s*[!=]==?\s*token/)
    expect(equalInConstantTime('same-token', 'same-token')).toBe(true)
    expect(equalInConstantTime('same-token', 'same-tokem')).toBe(false)
    expect(equalInConstantTime('same-token', 'same-token-and-more')).toBe(false)
  })

  test('in the query or in a cookie opens nothing', async () => {
    const { request } = await createScene()
    const cookie = { headers: { cookie: `token=${adminToken}` } }
    expect((await request(`/api/status?token=${adminToken}`)).status).toBe(401)
    expect((await request(`/api/status?access_token=${adminToken}`)).status).toBe(401)
    expect((await request('/api/status', cookie)).status).toBe(401)
  })

  test('is in no answer and no line of the log', async () => {
    const scene = await createScene()
    for (const path of ['/api/status', '/api/corps', '/api/none', '/healthz', '/readyz']) {
      const answer = await scene.request(path, bearer(adminToken))
      expect(await answer.text()).not.toContain(adminToken)
    }
    expect(JSON.stringify(scene.logs)).not.toContain(adminToken)
  })
})
