/** `suited endpoints` against a service that a test plays, through the command line. */
import { afterAll, beforeEach, expect, test } from 'bun:test'
import { runCommandLine } from '../cli/command-line'

const adminToken = 'an-admin-token-for-the-tests'

const endpoint = {
  name: 'crm',
  url: 'https://crm.example.com/hook',
  types: null,
  suites: null,
  corps: null,
  order: 'none',
  format: 'standard',
  replies: false,
  status: 'on',
  reason: null,
  pending: 3,
  oldestPendingAt: Date.now() - 7_200_000,
  failingSince: Date.now() - 10_800_000,
  lastSuccessAt: null,
  lastError: 'refused: nothing listens there\u001b[2J',
  origin: 'api',
}

interface Asked {
  readonly what: string
  readonly token: string | null
  readonly body: unknown
}

let asked: Asked[] = []
let answers: Record<string, (() => Response) | undefined> = {}

const service = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname } = new URL(request.url)
    const what = `${request.method} ${pathname}`
    const text = await request.text()
    const token = request.headers.get('authorization')
    asked.push({ what, token, body: text === '' ? null : JSON.parse(text) })
    return answers[what]?.() ?? Response.json({ detail: 'no such' }, { status: 404 })
  },
})
afterAll(() => service.stop(true))
beforeEach(() => {
  asked = []
  answers = {}
})

const run = (words: readonly string[], url = `http://127.0.0.1:${service.port}`) =>
  runCommandLine(['endpoints', ...words, `--url=${url}`], { SUITED_ADMIN_TOKEN: adminToken })

test('list says how each stands, and obeys no control character of a service', async () => {
  answers['GET /api/endpoints'] = () => Response.json({ items: [endpoint], next: null })
  const { stdout, exitCode } = await run(['list'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^crm +fails for 3 h +3, 2 h +never +all +https:\/\/crm\.example\.com\/hook$/m,
  )
  expect(stdout).toContain('nothing listens there')
  expect(stdout).not.toContain('\u001b')
  expect(asked[0]?.token).toBe(`Bearer ${adminToken}`)
})

test('add asks for what was said, and prints the secret alone', async () => {
  answers['POST /api/endpoints'] = () =>
    Response.json({ ...endpoint, secret: 'whsec_once' }, { status: 201 })
  const words = ['add', 'crm', endpoint.url, '--types=event.*', '--order=corp']
  const { stdout, stderr, exitCode } = await run(words)
  expect([exitCode, stdout]).toEqual([0, 'whsec_once\n'])
  expect(stderr).not.toContain('whsec_once')
  expect(asked[0]?.body).toEqual({
    name: 'crm',
    url: endpoint.url,
    types: ['event.*'],
    order: 'corp',
  })
})

test('set changes what flags name, and nothing without one', async () => {
  answers['PATCH /api/endpoints/crm'] = () => Response.json(endpoint)
  expect((await run(['set', 'crm', '--corps=all'])).exitCode).toBe(0)
  expect(asked.map(({ what, body }) => [what, body])).toEqual([
    ['PATCH /api/endpoints/crm', { corps: null }],
  ])
  expect((await run(['set', 'crm'])).exitCode).toBe(64)
})

test.each(['pause', 'resume'])('%s asks for just that', async (step) => {
  answers[`POST /api/endpoints/crm/${step}`] = () => Response.json(endpoint)
  expect(await run([step, 'crm'])).toMatchObject({ exitCode: 0, stdout: '' })
  expect(asked.map(({ what }) => what)).toEqual([`POST /api/endpoints/crm/${step}`])
})

test('test fails where the endpoint does not take it, and says why', async () => {
  const path = 'POST /api/endpoints/crm/test'
  answers[path] = () => Response.json({ status: 500, error: 'HTTP 500', durationMs: 4, answer: '' })
  const failed = await run(['test', 'crm'])
  expect([failed.exitCode, failed.stderr]).toEqual([1, 'crm did not take it: HTTP 500\n'])
  answers[path] = () => Response.json({ status: 200, error: null, durationMs: 4, answer: 'ok' })
  expect(await run(['test', 'crm'])).toMatchObject({ exitCode: 0, stdout: 'ok\n' })
})

test('rotate prints both halves of a pair', async () => {
  answers['POST /api/endpoints/crm/rotate-secret'] = () =>
    Response.json({ token: 'T', encodingAesKey: 'K', previousUntil: 1_795_420_800_000 })
  const { stdout, exitCode } = await run(['rotate', 'crm', '--grace-seconds=60'])
  expect([exitCode, stdout]).toEqual([0, 'token = "T"\nencoding_aes_key = "K"\n'])
  expect(asked[0]?.body).toEqual({ graceSeconds: 60 })
})

test('replay waits until it is done, unless it is told not to', async () => {
  const running = { id: 'r1', status: 'running', total: 2, sent: 1 }
  answers['POST /api/endpoints/crm/replay'] = () => Response.json(running, { status: 202 })
  const polls = [running, running, { ...running, status: 'done', sent: 2 }]
  answers['GET /api/endpoints/crm/replay/r1'] = () => Response.json(polls.shift())
  answers['GET /api/endpoints/crm'] = () => Response.json({ ...endpoint, status: 'paused' })
  const waited = await run(['replay', 'crm', '--since=2026-11-22T10:00Z'])
  expect([waited.exitCode, waited.stdout]).toEqual([0, 'r1\n'])
  // Why it stands still is said once.
  expect(waited.stderr).toBe(
    '1 of 2; crm is paused. The replay waits for it in the service, also without this command.\n2 of 2\n',
  )
  expect(asked[0]?.body).toEqual({ since: Date.UTC(2026, 10, 22, 10), all: false })
  asked = []
  expect((await run(['replay', 'crm', '--no-wait', '--all'])).exitCode).toBe(0)
  expect(asked.map(({ body }) => body)).toEqual([{ all: true }])
})

test('remove ends it', async () => {
  answers['DELETE /api/endpoints/crm'] = () => new Response(null, { status: 204 })
  expect((await run(['remove', 'crm'])).exitCode).toBe(0)
})

test('what the service refuses is said in its words', async () => {
  answers['DELETE /api/endpoints/crm'] = () =>
    Response.json({ detail: 'It stands in the settings.', code: 'forbidden' }, { status: 403 })
  const { exitCode, stderr } = await run(['remove', 'crm'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('It stands in the settings. (forbidden)')
})

test('without a running service it says so', async () => {
  const { exitCode, stderr } = await run(['list'], 'http://127.0.0.1:1')
  expect(exitCode).toBe(69)
  expect(stderr).toContain('Endpoints are changed in a running service')
})
