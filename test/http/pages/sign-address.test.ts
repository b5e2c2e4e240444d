import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf, type Scene } from '../../scene'

const signingScene = async (trustedDomains = 'app.example.com') => {
  const scene = await createScene({ env: { SUITED_TRUSTED_DOMAINS: trustedDomains } })
  const corpid = await scene.installed()
  return { scene, corpid }
}

let asked: ReturnType<typeof signingScene> | null = null
/** One for all cases that only ask, and leave nothing that another one looks at. */
const asking = () => {
  asked ??= signingScene()
  return asked
}

const answerTo = async (scene: Scene, search: string) => {
  const answer = await scene.request(`/sign?${search}`)
  const { code } = await jsonOf(answer)
  return { status: answer.status, code }
}

const notEncoded = { status: 400, code: 'url_not_encoded' }
const page = 'https://app.example.com/orders'

describe('an address that was not put through encodeURIComponent', () => {
  test.each([
    ['its second parameter stands beside it', (c: string) => `corpid=${c}&url=${page}?id=7&tab=2`],
    [
      'its parameter is called like one of ours',
      (c: string) => `corpid=${c}&url=${page}?a=1&type=x&type=config`,
    ],
    ['its corpid stands beside ours', (c: string) => `corpid=${c}&url=${page}?a=1&corpid=${c}`],
    ['it stands first', (c: string) => `url=${page}?id=7&tab=2&corpid=${c}`],
    ['it holds a blank', (c: string) => `corpid=${c}&url=${page}/a%20b`],
    ['it holds a plus, which is a blank', (c: string) => `corpid=${c}&url=${page}/a+b`],
    ['it holds Chinese', (c: string) => `corpid=${c}&url=${page}/订单`],
    ['it decodes to Chinese', (c: string) => `corpid=${c}&url=${page}/%E8%AE%A2%E5%8D%95`],
    ['it decodes to a line break', (c: string) => `corpid=${c}&url=${page}/%0A`],
  ])('is recognised: %s', async (_, search) => {
    const { scene, corpid } = await asking()
    expect(await answerTo(scene, search(corpid))).toEqual(notEncoded)
  })

  test('is recognised in a JSON body by the letters that no address has', async () => {
    const { scene, corpid } = await asking()
    const answer = await scene.request('/sign', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ corpid, url: `${page}/订单` }),
    })
    expect((await jsonOf(answer)).code).toBe('url_not_encoded')
  })

  test('is told how to do it', async () => {
    const { scene, corpid } = await asking()
    const answer = await scene.request(`/sign?corpid=${corpid}&url=${page}?id=7&tab=2`)
    expect((await jsonOf(answer)).detail).toContain('encodeURIComponent')
  })
})

describe('an address that only looks as if it was not encoded', () => {
  test.each([
    ['has no query', (c: string) => `corpid=${c}&url=${page}`],
    ['has a query with one parameter', (c: string) => `corpid=${c}&url=${page}?id=7`],
    [
      'has a query and is followed by ours',
      (c: string) => `url=${page}?id=7&corpid=${c}&type=config`,
    ],
    ['has a bare question mark at its end', (c: string) => `corpid=${c}&url=${page}?`],
    [
      'is encoded and followed by an unknown parameter',
      (c: string) => `corpid=${c}&url=${encodeURIComponent(`${page}?a=1&b=2`)}&_=1`,
    ],
    [
      'is encoded and holds an encoded Chinese word',
      (c: string) => `corpid=${c}&url=${encodeURIComponent(`${page}/%E8%AE%A2`)}`,
    ],
    ['is preceded by an unknown parameter', (c: string) => `_=1&corpid=${c}&url=${page}?id=7`],
    ['is followed by a stray ampersand', (c: string) => `corpid=${c}&url=${page}?id=7&`],
  ])('is signed: it %s', async (_, search) => {
    const { scene, corpid } = await asking()
    expect((await scene.request(`/sign?${search(corpid)}`)).status).toBe(200)
  })
})

describe('the trusted domains', () => {
  const statusOf = async (scene: Scene, corpid: string, url: string) => {
    const query = new URLSearchParams({ corpid, url })
    return answerTo(scene, String(query))
  }

  test.each([
    'https://app.example.com/a',
    'http://app.example.com/a',
    'https://APP.example.com/a',
    'https://app.example.com:8443/a',
  ])('cover %s', async (url) => {
    const { scene, corpid } = await asking()
    expect((await statusOf(scene, corpid, url)).status).toBe(200)
  })

  test.each([
    'https://evil.example.com/',
    'https://example.com/',
    'https://sub.app.example.com/',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://evil.example/?https://app.example.com/',
    'https://evil.example/app.example.com',
    'https://app-example.com/',
  ])('don’t cover %s', async (url) => {
    const { scene, corpid } = await asking()
    expect(await statusOf(scene, corpid, url)).toEqual({ status: 403, code: 'url_not_trusted' })
  })

  test('with a port cover that port alone', async () => {
    const { scene, corpid } = await signingScene('app.example.com:8443')
    const on = (port: string) => statusOf(scene, corpid, `https://app.example.com${port}/`)
    expect((await on(':8443')).status).toBe(200)
    expect((await on('')).code).toBe('url_not_trusted')
    expect((await on(':443')).code).toBe('url_not_trusted')
  })

  test('with the port of a scheme cover it, whether the address names it or not', async () => {
    const { scene, corpid } = await signingScene('app.example.com:443')
    const at = async (url: string) => (await statusOf(scene, corpid, url)).status
    expect(await at('https://app.example.com/')).toBe(200)
    expect(await at('https://app.example.com:443/')).toBe(200)
    expect(await at('http://app.example.com/')).toBe(403)
    expect(await at('https://app.example.com:8443/')).toBe(403)
  })

  test.each([
    ['例子.中国', 'https://xn--fsqu00a.xn--fiqs8s/'],
    ['App.Example.COM.', 'https://app.example.com/'],
    ['[::1]', 'https://[::1]:8443/'],
    ['[0::1]:8443', 'https://[::1]:8443/'],
    ['127.1', 'http://127.0.0.1:3000/'],
  ])('may be written as people write them: %s', async (domain, url) => {
    const { scene, corpid } = await signingScene(domain)
    expect((await statusOf(scene, corpid, url)).status).toBe(200)
  })

  test('are judged before the company is: nobody learns who has the app', async () => {
    const { scene } = await asking()
    expect((await statusOf(scene, 'wpNobody', 'https://evil.example/')).code).toBe(
      'url_not_trusted',
    )
  })

  test('left out, any page is signed', async () => {
    const { scene, corpid } = await signingScene('')
    expect((await statusOf(scene, corpid, 'https://anywhere.example/')).status).toBe(200)
  })
})

describe('a page of another origin', () => {
  const origin = 'https://app.example.com'
  const sign = (scene: Scene, corpid: string, from: string, url = `${origin}/`) =>
    scene.request(`/sign?${new URLSearchParams({ corpid, url })}`, { headers: { origin: from } })

  test('on a trusted domain may read the answer', async () => {
    const { scene, corpid } = await asking()
    const { status, headers } = await sign(scene, corpid, origin)
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('vary')).toBe('Origin')
  })

  test('is told of itself, whoever asked before', async () => {
    const { scene, corpid } = await asking()
    const others = [
      'https://app.example.com:8443',
      'https://evil.example',
      'http://app.example.com',
    ]
    const allowed: (string | null)[] = []
    for (const from of [origin, ...others, origin]) {
      const { headers } = await sign(scene, corpid, from)
      allowed.push(headers.get('access-control-allow-origin'))
    }
    expect(allowed).toEqual([origin, others[0]!, null, others[2]!, origin])
  })

  test.each([
    ['an unknown company', 'wpNobody', `${origin}/`, 404],
    ['an untrusted page', 'wpNobody', 'https://evil.example/', 403],
    ['a missing field', '', `${origin}/`, 400],
    ['an address that was not encoded', 'wpNobody', `${origin}/订单`, 400],
  ])('on a trusted domain may read refusals too: %s', async (_, corpid, url, status) => {
    const { scene } = await asking()
    const answer = await sign(scene, corpid, origin, url)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('on a trusted domain may read that WeCom failed', async () => {
    const { scene, corpid } = await signingScene()
    scene.simulator.faults.add({ path: '/cgi-bin/get_jsapi_ticket', errcode: 48002 })
    const answer = await sign(scene, corpid, origin)
    expect(answer.status).toBe(502)
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  })

  test.each([
    ['a.example', ['https://a.example', 'https://a.example:8443', 'http://a.example'], []],
    ['a.example:443', ['https://a.example'], ['https://a.example:8443', 'http://a.example']],
    ['a.example:8443', ['https://a.example:8443'], ['https://a.example', 'http://a.example']],
    ['a.example:80', ['http://a.example'], ['https://a.example', 'https://a.example:443']],
    ['例子.中国:443', ['https://xn--fsqu00a.xn--fiqs8s'], ['https://a.example']],
  ])('is told from others by the ports of %s', async (domain, trusted, others) => {
    const { scene, corpid } = await signingScene(domain)
    const allowed = async (from: string) =>
      (await sign(scene, corpid, from, trusted[0])).headers.get('access-control-allow-origin')
    for (const from of trusted) expect(await allowed(from)).toBe(from)
    for (const from of others) expect(await allowed(from)).toBeNull()
  })

  test.each(['https://evil.example', 'null', 'https://app.example.com.evil.example', 'nonsense'])(
    'elsewhere may not: %s',
    async (from) => {
      const { scene, corpid } = await asking()
      const { headers } = await sign(scene, corpid, from)
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('vary')).toBe('Origin')
    },
  )

  const preflight = (scene: Scene, from: string) =>
    scene.request('/sign', {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
  const post = (scene: Scene, corpid: string, from: string) =>
    scene.request('/sign', {
      method: 'POST',
      headers: { origin: from, 'content-type': 'application/json' },
      body: JSON.stringify({ corpid, url: `${from}/page` }),
    })

  test('may ask beforehand', async () => {
    const { scene } = await asking()
    const { status, headers } = await preflight(scene, origin)
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-methods')).toContain('POST')
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type')
  })

  test('of a company’s own domain may ask beforehand too, which names no company, and is signed', async () => {
    const { scene, corpid } = await signingScene()
    const own = 'https://crm.customer.example'
    await scene.ask(`/api/corps/${corpid}/site`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trustedDomains: ['crm.customer.example'] }),
    })
    expect((await preflight(scene, own)).headers.get('access-control-allow-origin')).toBe('*')
    const signed = await post(scene, corpid, own)
    expect(signed.status).toBe(200)
    expect(signed.headers.get('access-control-allow-origin')).toBe(own)
  })

  test('elsewhere may ask beforehand, and read of the answer only that it isn’t trusted', async () => {
    const { scene, corpid } = await asking()
    const evil = 'https://evil.example'
    expect((await preflight(scene, evil)).headers.get('access-control-allow-origin')).toBe('*')
    const refused = await post(scene, corpid, evil)
    expect([refused.status, (await jsonOf(refused)).code]).toEqual([403, 'url_not_trusted'])
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    const url = `${origin}/page`
    const signed = await scene.request('/sign', {
      method: 'POST',
      headers: { origin: evil, 'content-type': 'application/json' },
      body: JSON.stringify({ corpid, url }),
    })
    expect(signed.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('may read it anywhere if no domain is set', async () => {
    const { scene, corpid } = await signingScene('')
    const { headers } = await sign(scene, corpid, 'https://anywhere.example')
    expect(headers.get('access-control-allow-origin')).toBe('*')
  })

  test('is never allowed to send cookies', async () => {
    const { scene, corpid } = await asking()
    const { headers } = await sign(scene, corpid, origin)
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})
