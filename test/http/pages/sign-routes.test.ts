import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createScene, jsonOf, pageUrl, type Scene } from '../../scene'

const get = (scene: Scene, query: Record<string, string>) =>
  scene.request(`/sign?${new URLSearchParams(query)}`)

const post = (scene: Scene, body: unknown, type = 'application/json') =>
  scene.request('/sign', {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const signingScene = async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  return { scene, corpid }
}

let asked: ReturnType<typeof signingScene> | null = null
/** One for all cases that only ask, and leave nothing that another one looks at. */
const asking = () => {
  asked ??= signingScene()
  return asked
}

const verdict = async (
  { simulator, suiteId }: Scene,
  type: string,
  url: string,
  answer: Response,
) =>
  simulator.acceptsSignature({
    suiteId,
    type: type as 'config' | 'agent_config',
    url,
    ...(await jsonOf(answer)),
  })

describe.each(['config', 'agent_config'])('a signature for %s', (type) => {
  test('asked for with GET is accepted by WeCom’s client', async () => {
    const { scene, corpid } = await asking()
    const answer = await get(scene, { corpid, url: pageUrl, type })
    expect(answer.status).toBe(200)
    expect(await verdict(scene, type, pageUrl, answer)).toEqual({ ok: true })
  })

  test('asked for with POST is accepted by WeCom’s client', async () => {
    const { scene, corpid } = await asking()
    const answer = await post(scene, { corpid, url: pageUrl, type })
    expect(answer.status).toBe(200)
    expect(await verdict(scene, type, pageUrl, answer)).toEqual({ ok: true })
  })

  test('is accepted once again from a second process', async () => {
    const { scene, corpid } = await signingScene()
    await scene.sign(corpid, type as 'config')
    const again = await scene.restart()
    const answer = await again.sign(corpid, type as 'config')
    expect(await verdict(again, type, pageUrl, answer)).toEqual({ ok: true })
  })

  test.each([
    'https://app.example.com',
    'https://app.example.com/',
    'http://app.example.com/a/b/?x=1&y=%E4%B8%AD%2F&z',
    'https://app.example.com:8443/a',
    'HTTPS://APP.EXAMPLE.COM/Case',
  ])('signs the address byte by byte as the browser has it: %s', async (url) => {
    const { scene, corpid } = await asking()
    for (const answer of [
      await get(scene, { corpid, url, type }),
      await post(scene, { corpid, url, type }),
    ]) {
      expect(await verdict(scene, type, url, answer)).toEqual({ ok: true })
    }
  })

  test.each(['#', '#top', '#/route?x=1', '#a#b'])('drops the fragment %s', async (fragment) => {
    const { scene, corpid } = await asking()
    const answer = await get(scene, { corpid, url: pageUrl + fragment, type })
    expect(await verdict(scene, type, pageUrl, answer)).toEqual({ ok: true })
  })
})

describe('the answer of /sign', () => {
  test('for config has these fields and no others', async () => {
    const { scene, corpid } = await asking()
    const signed = await jsonOf(await scene.sign(corpid))
    expect(signed).toEqual({
      corpid,
      timestamp: scene.clock.now() / secondMs,
      nonceStr: expect.stringMatching(/^[A-Za-z0-9]{16}$/),
      signature: expect.stringMatching(/^[0-9a-f]{40}$/),
      sign: signed.signature,
      noncestr: signed.nonceStr,
    })
  })

  test('for agent_config has the agentid too', async () => {
    const { scene, corpid } = await asking()
    const signed = await jsonOf(await scene.sign(corpid, 'agent_config'))
    expect(signed).toEqual({
      corpid,
      agentid: 1000002,
      timestamp: scene.clock.now() / secondMs,
      nonceStr: expect.any(String),
      signature: expect.any(String),
      sign: signed.signature,
      noncestr: signed.nonceStr,
    })
  })

  test('has another nonce each time', async () => {
    const { scene, corpid } = await asking()
    const signed = await Promise.all(
      Array.from({ length: 20 }, async () => jsonOf(await scene.sign(corpid))),
    )
    expect(new Set(signed.map(({ nonceStr }) => nonceStr)).size).toBe(20)
  })

  test('is stored by nobody', async () => {
    const { scene, corpid } = await asking()
    expect((await scene.sign(corpid)).headers.get('cache-control')).toBe('no-store')
    expect((await scene.sign('wpNobody')).headers.get('cache-control')).toBe('no-store')
  })

  test('is for config where no type is given', async () => {
    const { scene, corpid } = await asking()
    const answer = await get(scene, { corpid, url: pageUrl })
    expect(await verdict(scene, 'config', pageUrl, answer)).toEqual({ ok: true })
  })

  test('is for the address that was asked about, whatever Host or proxies say', async () => {
    const { scene, corpid } = await asking()
    const query = new URLSearchParams({ corpid, url: pageUrl })
    const headers = { host: 'other.example', 'x-forwarded-host': 'other.example' }
    const answer = await scene.request(`/sign?${query}`, { headers })
    expect(await verdict(scene, 'config', pageUrl, answer)).toEqual({ ok: true })
  })

  test('holds neither ticket nor token', async () => {
    const { scene, corpid } = await asking()
    const text = await (await scene.sign(corpid)).text()
    const { credentials } = scene.simulator.world
    for (const { value } of credentials.byValue.values()) expect(text).not.toContain(value)
  })
})

describe('what /sign is asked', () => {
  test('may hold parameters that it doesn’t know', async () => {
    const { scene, corpid } = await asking()
    const query = { corpid, url: pageUrl, _: '1700000000', v: '2' }
    expect((await get(scene, query)).status).toBe(200)
    expect((await post(scene, { corpid, url: pageUrl, more: true })).status).toBe(200)
  })

  test('names no suite: that stands in the path', async () => {
    const { scene, corpid } = await asking()
    const url = 'https://evil.example/'
    const suite = { suiteId: scene.suiteId, trustedDomains: [] }
    for (const answer of [
      await get(scene, { corpid, url, suite: JSON.stringify(suite) }),
      await post(scene, { corpid, url, suite }),
    ]) {
      expect((await jsonOf(answer)).code).toBe('url_not_trusted')
    }
  })

  test('twice in a query is taken from the last', async () => {
    const { scene, corpid } = await asking()
    const query = new URLSearchParams({ corpid, url: pageUrl })
    expect((await scene.request(`/sign?corpid=wpOther&${query}`)).status).toBe(200)
    expect((await scene.request(`/sign?${query}&corpid=wpOther`)).status).toBe(404)
  })

  test.each([
    ['no corpid', { corpid: undefined }, 'corpid'],
    ['an empty corpid', { corpid: '' }, 'corpid'],
    ['a corpid that is too long', { corpid: 'w'.repeat(65) }, 'corpid'],
    ['no url', { url: undefined }, 'url'],
    ['an empty url', { url: '' }, 'url'],
    ['a url that is no address', { url: 'app.example.com/orders' }, 'url'],
    ['a url of another scheme', { url: 'javascript:alert(1)' }, 'url'],
    ['an unknown type', { type: 'agentConfig' }, 'type'],
  ])('with %s is refused with the field', async (_, change, field) => {
    const { scene, corpid } = await asking()
    const fields = { corpid, url: pageUrl, type: 'config', ...change }
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    for (const answer of [
      await get(scene, Object.fromEntries(given) as Record<string, string>),
      await post(scene, fields),
    ]) {
      expect(answer.status).toBe(400)
      const problem = await jsonOf(answer)
      expect(problem.code).toBe('invalid_request')
      expect(problem.errors.map((error: { field: string }) => error.field)).toContain(field)
    }
  })

  test.each([
    ['text', 'corpid=a', 'text/plain', 415, 'unsupported_media_type'],
    ['a form', 'corpid=a', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['broken JSON', '{"corpid":', 'application/json', 400, 'invalid_request'],
    ['a list', [], 'application/json', 400, 'invalid_request'],
    ['null', null, 'application/json', 400, 'invalid_request'],
    ['64 KiB and more', { url: 'a'.repeat(65536) }, 'application/json', 413, 'body_too_large'],
  ])('as %s is refused', async (_, body, type, status, code) => {
    const { scene } = await asking()
    const answer = await post(scene, body, type)
    expect(answer.status).toBe(status)
    expect((await jsonOf(answer)).code).toBe(code)
  })

  test('about a company that nobody knows costs no call', async () => {
    const { scene } = await signingScene()
    scene.simulator.calls.clear()
    const answer = await scene.sign('wpNobody')
    expect(answer.status).toBe(404)
    expect(await jsonOf(answer)).toMatchObject({
      code: 'corp_not_authorized',
      reason: expect.stringContaining('never seen'),
    })
    await scene.settle()
    expect(scene.calls('*')).toBe(0)
  })

  test('about a company whose corpid differs by case alone finds nobody', async () => {
    const { scene, corpid } = await asking()
    expect((await scene.sign(corpid.toLowerCase())).status).toBe(404)
  })

  test.each(['../../etc', 'a b', 'wp%00', 'wp公司'])(
    'about an id that is none is refused: %s',
    async (corpid) => {
      const { scene } = await signingScene()
      const answer = await scene.sign(corpid)
      expect(answer.status).toBe(400)
      expect((await jsonOf(answer)).code).toBe('invalid_request')
      expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
    },
  )

  test('before the first ticket is answered with when to come again', async () => {
    const scene = await createScene()
    const record = { suiteId: scene.suiteId, corpid: scene.corpids[0]! }
    await scene.store.changeCorp(record.suiteId, record.corpid, () => ({
      ...record,
      version: 1,
      name: '',
      agentid: 1,
      status: 'authorized',
      statusReason: null,
      statusAt: 0,
      permanentCode: 'code',
      authorizedAt: 0,
      installEventId: null,
      authMode: null,
      authInfo: null,
    }))
    const answer = await scene.sign(record.corpid)
    expect(answer.status).toBe(503)
    expect((await jsonOf(answer)).code).toBe('suite_ticket_missing')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
