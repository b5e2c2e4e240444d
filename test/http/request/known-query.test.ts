import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf } from '../../scene'

const judged: [string, string, string][] = [
  ['GET', '/api/status?verbose=1', 'verbose'],
  ['GET', '/api/corps?corp=wpA', 'corp'],
  ['GET', '/api/events?typ=create_auth', 'typ'],
  ['GET', '/api/events?limit=5&Limit=5', 'Limit'],
  ['GET', '/api/setup?', ''],
  ['GET', '/api/corps/wpA?suite=default&sute=x', 'sute'],
  ['POST', '/api/corps/wpA/recheck?force=1', 'force'],
  ['POST', '/api/events/x/retry?all=true', 'all'],
  ['GET', '/api/export?format=csv', 'format'],
  ['POST', '/api/import?dry=1', 'dry'],
  ['GET', '/api/suites/default/access-token?__proto__=1', '__proto__'],
  ['GET', '/api/provider/access-token?constructor', 'constructor'],
]

describe('query parameters that a route of the API doesn’t know', () => {
  test.each(judged)('%s %s is refused for %s', async (method, path, named) => {
    const scene = await createScene()
    const body = await scene.ask(path, { method })
    if (named === '') return expect(body.code).toBeUndefined()
    expect(body).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(body.errors).toEqual([{ field: named, message: 'is not known here' }])
    expect(body.detail).toContain(`parameters: ${named}. It takes: `)
  })

  test('are told together with those that it knows', async () => {
    const scene = await createScene()
    const { detail } = await scene.ask('/api/corps?a=1&b=2&limit=3')
    expect(detail).toContain('parameters: a, b. It takes: ')
    for (const known of ['suite', 'status', 'q', 'limit', 'cursor']) expect(detail).toContain(known)
  })

  test('are told short, however many and long they are', async () => {
    const scene = await createScene()
    const query = Array.from({ length: 500 }, (_, at) => `${'x'.repeat(100)}${at}=1`).join('&')
    expect((await scene.ask(`/api/status?${query}`)).detail.length).toBeLessThan(500)
  })

  test('are told nobody who has no key', async () => {
    const scene = await createScene()
    const answer = await scene.request('/api/status?verbose=1')
    expect(await jsonOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' })
  })
})

test.each([
  ['/sign?corpid=none&url=https%3A%2F%2Fapp.example.com%2F&_=123', 404],
  ['/healthz?_=1', 200],
  ['/readyz?_=1', 200],
  ['/callback/command?_=1', 400],
])('elsewhere others are ignored: %s', async (path, status) => {
  const scene = await createScene()
  const answer = await scene.request(path)
  expect(answer.status).toBe(status)
  expect(await answer.text()).not.toContain('is not known here')
})
