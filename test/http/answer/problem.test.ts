import { describe, expect, test } from 'bun:test'
import { type ErrorCode, ServiceError } from '../../../src/errors'
import { asServiceError, meanings, problemResponse } from '../../../src/http/answer/problem'
import { createScene, jsonOf } from '../../scene'
import { createFaultyDrivers } from '../../suite/faulty-drivers'

/** Released: these pairs never change. */
const released: Record<ErrorCode, number> = {
  invalid_request: 400,
  url_not_encoded: 400,
  suite_required: 400,
  undecryptable: 400,
  malformed_xml: 400,
  unauthorized: 401,
  admin_disabled: 403,
  bad_signature: 403,
  wrong_receiver: 403,
  stale_timestamp: 403,
  url_not_trusted: 403,
  bad_state: 403,
  wrong_corp: 403,
  not_a_member: 403,
  kept_by_suited: 403,
  forbidden: 403,
  conflict: 409,
  not_found: 404,
  suite_not_found: 404,
  event_not_found: 404,
  corp_not_authorized: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  internal_error: 500,
  wecom_error: 502,
  suite_ticket_missing: 503,
  suite_not_configured: 503,
  public_url_missing: 503,
  store_unavailable: 503,
  overloaded: 503,
  shutting_down: 503,
  wecom_timeout: 504,
}

describe('a failure', () => {
  test.each(Object.entries(released) as [ErrorCode, number][])(
    '%s is answered %i',
    async (code, status) => {
      const answer = problemResponse(new ServiceError(code, 'One sentence.'), 'operator')
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await jsonOf(answer)).toEqual({
        type: `urn:suited:error:${code}`,
        title: meanings[code].title,
        status,
        detail: 'One sentence.',
        code,
      })
    },
  )

  test('of the store names no file but to operators', async () => {
    const error = new ServiceError('store_unavailable', 'corps/wwx/wpy.json is damaged.')
    for (const audience of ['page', 'anyone'] as const) {
      expect(await problemResponse(error, audience).text()).not.toContain('wpy')
    }
    expect(await problemResponse(error, 'operator').text()).toContain('wpy')
  })

  test('has no code beyond these', () => {
    expect(Object.keys(meanings).sort()).toEqual(Object.keys(released).sort())
  })

  test('that may pass says when', () => {
    const answer = problemResponse(
      new ServiceError('store_unavailable', 'x', { retryAfterSeconds: 10 }),
    )
    expect(answer.headers.get('retry-after')).toBe('10')
    expect(problemResponse(new ServiceError('not_found', 'x')).headers.has('retry-after')).toBe(
      false,
    )
  })

  test('that nobody foresaw tells nothing of the inside', async () => {
    for (const error of [
      new TypeError('secret inside'),
      Object.assign(new Error('secret inside'), { code: 'ENOENT', status: 200 }),
      'secret inside',
      null,
      { code: 'not_found', message: 'secret inside' },
    ]) {
      const answer = problemResponse(asServiceError(error))
      expect(answer.status).toBe(500)
      expect(await answer.text()).not.toContain('secret inside')
    }
  })

  test('keeps its cause for the log', async () => {
    const error = new ServiceError('store_unavailable', 'x', { cause: new Error('secret inside') })
    expect(await problemResponse(error, 'operator').text()).not.toContain('secret inside')
  })
})

describe('a mistake of ours inside a route', () => {
  test('is answered 500 without a word of it, and stands in the log with its stack', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    instead.store.listCorps = () => Promise.reject(new TypeError('a mistake inside'))
    const problem = await scene.ask('/api/corps')
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' })
    expect(JSON.stringify(problem)).not.toContain('a mistake inside')
    const line = scene.logs.find(({ path }) => path === '/api/corps')
    expect(line).toMatchObject({ level: 'error', method: 'GET', reason: 'a mistake inside' })
    expect(line?.stack).toContain('TypeError')
  })
})

describe('an address', () => {
  test.each(['/none', '/api/none', '/callback', '/callback/none', '/sign/x', '/suites/default'])(
    'where nothing is: %s',
    async (path) => {
      const scene = await createScene()
      const answer = await scene.request(path)
      expect(answer.status).toBe(404)
      expect((await jsonOf(answer)).code).toBe('not_found')
    },
  )

  test.each([
    ['POST', '/healthz', 'GET'],
    ['POST', '/readyz', 'GET'],
    ['PUT', '/sign', 'GET, OPTIONS, POST'],
    ['POST', '/api/corps', 'GET'],
    ['DELETE', '/api/events/x', 'GET'],
    ['GET', '/api/events/x/retry', 'POST'],
    ['POST', '/swagger/json', 'GET'],
  ])('that doesn’t take %s: %s', async (method, path, allow) => {
    const scene = await createScene()
    const answer = await scene.request(path, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
  })
})
