import { describe, expect, test } from 'bun:test'
import { createOperatorApp, createPublicApp } from '../../../src/app'
import { createRequestCounts } from '../../../src/http/operations/request-counts'
import { adminToken, createScene, jsonOf } from '../../scene'

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('/metrics', () => {
  test('is the text format of Prometheus, with the process and the version', async () => {
    const { request } = await createScene()
    const answer = await request('/metrics', bearer(adminToken))
    expect(answer.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    expect(text).toMatch(/^suited_info\{version="[^"]+"\} 1$/m)
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_start_time_seconds',
    ]) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} .+\\n# TYPE ${name} (counter|gauge)$`, 'm'))
      expect(text).toMatch(new RegExp(`^${name} [0-9.e+]+$`, 'm'))
    }
  })

  test('is refused without a token on a listener that all share', async () => {
    const { request } = await createScene()
    const answer = await request('/metrics')
    expect([answer.status, (await jsonOf(answer)).code]).toEqual([401, 'unauthorized'])
  })

  test('is open on the operators’ own listener, and nowhere on the other one', async () => {
    const { service } = await createScene()
    const url = 'http://localhost/metrics'
    const operators = createOperatorApp(service.appParts)
    expect((await operators.fetch(new Request(url))).status).toBe(200)
    const pages = createPublicApp(service.appParts, false)
    expect((await pages.fetch(new Request(url, bearer(adminToken)))).status).toBe(404)
  })
})

describe('the counts of requests', () => {
  const counted = (path: string, status: number) => {
    const counts = createRequestCounts()
    counts.add(new Request(`http://localhost${path}`), new Response(null, { status }))
    return counts.list()
  }

  test.each([
    ['/sign?corpid=x', 200, 'sign', '2xx'],
    ['/suites/crm/sign', 404, 'sign', '4xx'],
    ['/callback/data/wpA', 200, 'callback', '2xx'],
    ['/orderUrl', 403, 'callback', '4xx'],
    ['/suites/crm/corps/wpA/callback', 200, 'callback', '2xx'],
    ['/api/corps', 401, 'api', '4xx'],
    ['/proxy/corps/wpA/cgi-bin/user/get', 502, 'proxy', '5xx'],
    ['/cgi-bin/gettoken', 200, 'sdk', '2xx'],
    ['/readyz', 503, 'operations', '5xx'],
    ['/swagger/', 302, 'operations', '3xx'],
    ['/', 404, 'other', '4xx'],
    ['/wp-login.php', 404, 'other', '4xx'],
    ['/constructor', 404, 'other', '4xx'],
  ])('take %s, answered %i, as %s %s', (path, status, area, statusClass) => {
    expect(counted(path, status)).toEqual([{ area: area as 'sign', status: statusClass, count: 1 }])
  })

  test('have no more series than areas and classes, whatever strangers ask for', () => {
    const counts = createRequestCounts()
    for (let i = 0; i < 10_000; i++) {
      counts.add(
        new Request(`http://localhost/${i}/x`),
        new Response(null, { status: 200 + (i % 400) }),
      )
    }
    expect(counts.list()).toHaveLength(4)
  })
})
