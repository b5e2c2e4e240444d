import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import { createScene, jsonOf, pageUrl, type Scene, type SceneOptions } from '../../scene'
import { push, seal } from '../wecom/sealed-callback'

const remoteAddressOf = (request: Request) => request.headers.get('x-remote-address') ?? '192.0.2.1'

const limited = (env: SceneOptions['env'] = {}) =>
  createScene({ env: { SUITED_RATE_LIMIT: '5', ...env }, remoteAddressOf })

const from = (remoteAddress: string, headers: Record<string, string> = {}): RequestInit => ({
  headers: { 'x-remote-address': remoteAddress, ...headers },
})

const signPath = `/sign?${new URLSearchParams({ corpid: 'wpNobody', url: pageUrl })}`

const statuses = async (times: number, ask: () => Promise<Response>) => {
  const seen: number[] = []
  for (let i = 0; i < times; i++) seen.push((await ask()).status)
  return seen
}

const warnings = ({ logs }: Scene) =>
  logs.filter(({ level, perMinute }) => level === 'warn' && perMinute !== undefined)

describe('pages of one address', () => {
  const unknown = (scene: Scene, init = from('192.0.2.1')) => scene.request(signPath, init)

  test('are served up to the limit, then told to wait', async () => {
    const scene = await limited()
    expect(await statuses(6, () => unknown(scene))).toEqual([404, 404, 404, 404, 404, 429])
    const answer = await unknown(scene)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('retry-after')).toBe('60')
    expect(await jsonOf(answer)).toMatchObject({ status: 429, code: 'too_many_requests' })
  })

  test('may read the refusal, as any other', async () => {
    const scene = await limited()
    const ask = () => unknown(scene, from('192.0.2.1', { origin: 'https://app.example.com' }))
    await statuses(5, ask)
    const { status, headers } = await ask()
    expect(status).toBe(429)
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  test('are served again when Retry-After says so', async () => {
    const scene = await limited()
    await statuses(6, () => unknown(scene))
    await scene.clock.advance(45 * secondMs)
    const retryAfter = Number((await unknown(scene)).headers.get('retry-after'))
    expect(retryAfter).toBe(15)
    await scene.clock.advance(retryAfter * secondMs)
    expect(await statuses(6, () => unknown(scene))).toEqual([404, 404, 404, 404, 404, 429])
  })

  test('are counted whatever they ask: signed, refused, with POST, of an unknown suite', async () => {
    const scene = await limited()
    const corpid = await scene.installed()
    const query = new URLSearchParams({ corpid, url: pageUrl })
    const post = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }
    const asked = [
      await scene.request(`/sign?${query}`),
      await scene.request('/sign'),
      await scene.request('/sign', post),
      await scene.request('/suites/none/sign'),
      await scene.request('/suites/default/sign'),
      await scene.request(`/sign?${query}`),
      await scene.request('/suites/none/sign'),
    ]
    expect(asked.map(({ status }) => status)).toEqual([200, 400, 400, 404, 400, 429, 429])
  })

  test('are no other address’s pages', async () => {
    const scene = await limited()
    await statuses(6, () => unknown(scene))
    expect((await unknown(scene, from('192.0.2.2'))).status).toBe(404)
  })

  test('are those of its whole network where the address is IPv6', async () => {
    const scene = await limited()
    let host = 0
    const ask = () => unknown(scene, from(`2001:db8:0:1::${++host}`))
    expect((await statuses(6, ask)).at(-1)).toBe(429)
    expect((await unknown(scene, from('2001:db8:0:2::1'))).status).toBe(404)
  })

  test('may ask before they ask, as browsers do, without being counted', async () => {
    const scene = await limited()
    await statuses(20, () => scene.request('/sign', { method: 'OPTIONS' }))
    expect((await unknown(scene)).status).toBe(404)
  })

  test('over the limit are told in the log once a minute', async () => {
    const scene = await limited()
    await statuses(50, () => unknown(scene))
    expect(warnings(scene)).toMatchObject([{ address: '192.0.2.1', perMinute: 5 }])
    const told = scene.logs.filter(({ message }) => message === 'a page got no signature')
    expect(told).toHaveLength(5)
    await scene.clock.advance(minuteMs)
    await statuses(50, () => unknown(scene))
    expect(warnings(scene)).toHaveLength(2)
  })

  test('are not limited where the limit is 0, nor where nobody came over a network', async () => {
    const off = await limited({ SUITED_RATE_LIMIT: '0' })
    const inProcess = await createScene({ env: { SUITED_RATE_LIMIT: '5' } })
    for (const scene of [off, inProcess]) {
      expect(new Set(await statuses(50, () => unknown(scene)))).toEqual(new Set([404]))
    }
  })

  test('have another limit as soon as the settings are read again', async () => {
    const scene = await limited()
    await statuses(6, () => unknown(scene))
    const reloaded = await scene.reload({ SUITED_RATE_LIMIT: '7' })
    expect(await statuses(8, () => unknown(reloaded))).toEqual([...Array(7).fill(404), 429])
  })
})

describe('behind a proxy', () => {
  const ask = (scene: Scene, remoteAddress: string, forwardedFor: string) => () =>
    scene.request(signPath, from(remoteAddress, { 'x-forwarded-for': forwardedFor }))

  test('that is trusted, each client is counted for itself, whatever it wrote before its name', async () => {
    const scene = await limited()
    let made = 0
    const forging = () => ask(scene, '127.0.0.1', `203.0.113.${++made}, 198.51.100.1`)()
    expect((await statuses(6, forging)).at(-1)).toBe(429)
    expect((await ask(scene, '127.0.0.1', '198.51.100.2')()).status).toBe(404)
  })

  test('that isn’t, X-Forwarded-For changes nothing', async () => {
    const scene = await limited()
    let made = 0
    const forging = () => ask(scene, '192.0.2.1', `203.0.113.${++made}`)()
    expect((await statuses(6, forging)).at(-1)).toBe(429)
  })

  test('is one that SUITED_TRUSTED_PROXIES names, and no other', async () => {
    const scene = await limited({ SUITED_TRUSTED_PROXIES: '10.0.0.0/8' })
    await statuses(6, ask(scene, '10.1.2.3', '198.51.100.1'))
    expect((await ask(scene, '10.9.9.9', '198.51.100.1')()).status).toBe(429)
    expect((await ask(scene, '10.1.2.3', '198.51.100.2')()).status).toBe(404)
    await statuses(6, ask(scene, '127.0.0.1', '198.51.100.3'))
    expect((await ask(scene, '127.0.0.1', '198.51.100.4')()).status).toBe(429)
  })

  test('that names nobody, all are counted together, and the log says how to part them', async () => {
    const scene = await limited()
    await statuses(6, () => scene.request(signPath, from('127.0.0.1')))
    expect(warnings(scene)[0]?.hint).toContain('X-Forwarded-For')
  })
})

describe('refused callbacks of one address', () => {
  const forged = (scene: Scene) => push(scene, { token: 'AnotherToken' })
  const spend = (scene: Scene) => statuses(5, () => forged(scene))

  test('are refused for what they are up to the limit, then for their number', async () => {
    const scene = await limited()
    expect(await statuses(6, () => forged(scene))).toEqual([403, 403, 403, 403, 403, 429])
    const answer = await forged(scene)
    expect(Number(answer.headers.get('retry-after'))).toBe(60)
    expect(await jsonOf(answer)).toMatchObject({ code: 'too_many_requests' })
    await scene.clock.advance(minuteMs)
    expect((await forged(scene)).status).toBe(403)
  })

  test('take no rightly signed one with them: a push, a check, on any URL', async () => {
    const scene = await limited()
    await spend(scene)
    expect((await push(scene)).status).toBe(200)
    const { pusher } = scene.simulator
    for (const url of ['callback/command', 'callback/data/wpAny', 'callback/system', 'verify']) {
      const check = await pusher.checkUrl(scene.suiteId, `http://localhost/${url}`)
      expect([url, check.ok]).toEqual([url, true])
    }
    const corpid = await scene.installed()
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    expect((await forged(scene)).status).toBe(429)
  })

  test('leave those that are signed their own answer: too old, sealed with another key', async () => {
    const scene = await limited()
    await spend(scene)
    const old = await push(scene, { timestamp: String(scene.clock.now() / secondMs - 90_000) })
    expect(await jsonOf(old)).toMatchObject({ code: 'stale_timestamp' })
    const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
    const sealed = await push(scene, { encodingAesKey: key })
    expect(await jsonOf(sealed)).toMatchObject({ code: 'undecryptable' })
  })

  test('that are signed are not counted', async () => {
    const scene = await limited()
    const old = () => push(scene, { timestamp: String(scene.clock.now() / secondMs - 90_000) })
    expect(await statuses(10, old)).toEqual(Array(10).fill(403))
    expect((await forged(scene)).status).toBe(403)
  })

  test('are counted however they are wrong', async () => {
    const scene = await limited()
    const { address } = seal(scene)
    const query = 'msg_signature=0&timestamp=1&nonce=2'
    const post = (path: string, body: string) => scene.request(path, { method: 'POST', body })
    const wrong = [
      () => post('/callback/command', '<xml/>'),
      () => post(address, 'no envelope'),
      () => scene.request('/callback/command'),
      () => scene.request(`/callback/system?${query}&echostr=abcd`),
      () => post(`/suites/none/callback/command?${query}`, '<xml/>'),
    ]
    const first = await Promise.all(wrong.map((ask) => ask()))
    expect(first.map(({ status }) => status)).toEqual([400, 400, 400, 403, 404])
    const then = await Promise.all(wrong.map((ask) => ask()))
    expect(then.map(({ status }) => status)).toEqual([429, 429, 429, 429, 429])
  })

  test('over the limit are told in the log once a minute, those before it once for all of a kind', async () => {
    const scene = await limited()
    await statuses(50, () => forged(scene))
    await statuses(50, () => scene.request('/callback/command', { method: 'POST', body: 'x' }))
    expect(warnings(scene)).toMatchObject([{ address: '192.0.2.1', perMinute: 5 }])
    const refused = scene.logs.filter(({ message }) => message === 'a callback was refused')
    expect(refused).toMatchObject([{ mistake: 'wrong_token', from: '192.0.2.1' }])
    expect(scene.logs.filter(({ level }) => level === 'warn')).toHaveLength(2)
  })

  test('spend nothing of what pages may ask', async () => {
    const scene = await limited()
    await statuses(10, () => forged(scene))
    expect((await scene.request(signPath)).status).toBe(404)
  })
})
