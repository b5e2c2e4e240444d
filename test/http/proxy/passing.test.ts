/** What passes through the proxy as it came, up and down. */

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { createProxyStage, ok, type ProxyStage, posted, refused } from './proxy-stage'

let stage: ProxyStage
beforeAll(async () => {
  stage = await createProxyStage()
})
afterAll(() => stage.scene.stop())

const answered = (path: string, response: () => Response, init?: RequestInit) => {
  stage.answer(path, response)
  return stage.asCorp(path, init)
}

describe('a request', () => {
  test('goes up with its method, query, headers and body', async () => {
    const body = '--b\r\ncontent-disposition: form-data; name="media"\r\n\r\n\u0000\r\n--b--'
    stage.answer('/cgi-bin/media/upload', ok)

    await stage.asCorp(
      '/cgi-bin/media/upload?type=file&x=%E4%B8%AD+1',
      posted(body, { 'content-type': 'multipart/form-data; boundary=b', cookie: 'a=b' }),
    )

    const sent = stage.sent.at(-1)!
    expect(sent.method).toBe('POST')
    expect(sent.body).toBe(body)
    expect(sent.headers.get('content-type')).toBe('multipart/form-data; boundary=b')
    expect(sent.headers.has('cookie')).toBe(false)
    expect(sent.headers.has('authorization')).toBe(false)
    expect([...sent.query.entries()].slice(1)).toEqual([
      ['type', 'file'],
      ['x', '中 1'],
    ])
  })

  test('goes to WeCom’s host alone', async () => {
    stage.answer('/cgi-bin/user/get', ok)
    await stage.asCorp('/cgi-bin/user/get?userid=https://evil.example/')
    expect(stage.sent.at(-1)!.init.redirect).toBe('manual')
  })

  test('with our own ?suite= goes up without it', async () => {
    stage.answer('/cgi-bin/user/get', ok)
    await stage.asCorp('/cgi-bin/user/get?suite=default&userid=1')
    expect([...stage.sent.at(-1)!.query.keys()]).toEqual(['access_token', 'userid'])
  })
})

describe('an answer', () => {
  test('comes with its status, headers and bytes', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(300_000))
    const answer = await answered(
      '/cgi-bin/media/get',
      () =>
        new Response(bytes, {
          status: 206,
          headers: {
            'content-type': 'image/jpeg',
            'content-disposition': 'attachment; filename="a.jpg"',
            'content-range': 'bytes 0-299999/300000',
            'set-cookie': 'a=b',
          },
        }),
    )
    expect(answer.status).toBe(206)
    expect(await answer.bytes()).toEqual(bytes)
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.jpg"')
    expect(answer.headers.get('content-range')).toBe('bytes 0-299999/300000')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('that is a refusal is unchanged, with its errcode explained in headers', async () => {
    const answer = await answered('/cgi-bin/message/send', () => refused(60020), posted('{}'))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('{"errcode":60020,"errmsg":"refused"}')
    expect(answer.headers.get('suited-errcode')).toBe('60020')
    expect(answer.headers.get('suited-cause')).toContain('IP')
    expect(answer.headers.get('suited-cure')).toContain('devtool/query?e=60020')
  })

  test('of a web server’s, 404 or 503, is unchanged too', async () => {
    for (const status of [404, 503]) {
      const answer = await answered('/cgi-bin/user/get', () => new Response('<p>no', { status }))
      expect(answer.status).toBe(status)
      expect(await answer.text()).toBe('<p>no')
    }
  })

  test.each([204, 304])('%d has no body', async (status) => {
    const answer = await answered(
      '/cgi-bin/user/get',
      () => new Response(null, { status, headers: { etag: '"1"' } }),
    )
    expect(answer.status).toBe(status)
    expect(answer.headers.get('etag')).toBe('"1"')
    expect(await answer.text()).toBe('')
  })

  test('to HEAD has the length that GET would have, and no body', async () => {
    const answer = await answered(
      '/cgi-bin/media/get',
      () => new Response(null, { headers: { 'content-length': '777' } }),
      { method: 'HEAD' },
    )
    expect(stage.sent.at(-1)!.method).toBe('HEAD')
    expect(answer.headers.get('content-length')).toBe('777')
    expect(await answer.text()).toBe('')
  })

  test('that comes compressed although nobody asked is handed on as it is, and still understood', async () => {
    const compressed = gzipSync('{"errcode":45009,"errmsg":"too often"}')
    const answer = await answered(
      '/cgi-bin/user/get',
      () =>
        new Response(compressed, {
          headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
        }),
    )
    expect(stage.sent.at(-1)!.headers.get('accept-encoding')).toBe('identity')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(answer.headers.get('suited-errcode')).toBe('45009')
    expect(Buffer.from(await answer.bytes())).toEqual(compressed)
  })

  test('of JSON of unknown length comes whole, small or large', async () => {
    for (const length of [10, 65_000, 66_000, 3_000_000]) {
      const text = JSON.stringify({ errcode: 0, list: 'x'.repeat(length) })
      const answer = await answered('/cgi-bin/user/list', () => {
        const bytes = new TextEncoder().encode(text)
        const body = new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += 10_000) {
              controller.enqueue(bytes.subarray(at, at + 10_000))
            }
            controller.close()
          },
        })
        return new Response(body, { headers: { 'content-type': 'application/json' } })
      })
      expect(await answer.text()).toBe(text)
    }
  })

  test('that leads elsewhere isn’t followed, and where to is told nobody: it may hold the token', async () => {
    const answer = await answered(
      '/cgi-bin/user/get',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/?t=1' } }),
    )
    expect(answer.status).toBe(502)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.text()).not.toContain('evil')
  })
})

test('an error page that repeats the address tells the token to nobody', async () => {
  const tokens: string[] = []
  stage.answer('/cgi-bin/user/get', ({ path, query }) => {
    tokens.push(query.get('access_token') ?? '')
    return new Response(`<p>${path}?${query} is blocked.</p>`, {
      status: 403,
      headers: { 'content-type': 'text/html', 'x-request-uri': `${path}?${query}` },
    })
  })
  const answer = await stage.asCorp('/cgi-bin/user/get?userid=a')
  expect(answer.status).toBe(403)
  expect(answer.headers.get('x-request-uri')).toBeNull()
  const page = await answer.text()
  expect(page).toContain('access_token=...&userid=a is blocked')
  expect(tokens).toHaveLength(1)
  expect(page).not.toContain(tokens[0]!)
})

test('an answer with a status that HTTP doesn’t have is WeCom’s failure, not suited’s', async () => {
  stage.answer('/cgi-bin/user/get', () =>
    Object.defineProperty(new Response('{}'), 'status', { value: 999 }),
  )
  const answer = await stage.asCorp('/cgi-bin/user/get')
  expect(answer.status).toBe(502)
  expect(await answer.json()).toMatchObject({ code: 'wecom_error' })
})

describe('jscode2session', () => {
  test.each([
    ['the suite’s', () => '/proxy/suite/cgi-bin/service/miniprogram/jscode2session'],
    ['the company’s', () => `/proxy/corps/${stage.corpid}/cgi-bin/miniprogram/jscode2session`],
  ])('%s passes, with its session_key', async (_, route) => {
    const session = { errcode: 0, errmsg: 'ok', userid: 'u', session_key: 'k' }
    stage.answer('/cgi-bin/*', () => Response.json(session))
    const answer = await stage.ask(`${route()}?js_code=1&grant_type=authorization_code`)
    expect(await answer.json()).toEqual(session)
  })
})

describe('the log', () => {
  test('holds neither query nor body nor token of a proxied call', async () => {
    stage.answer('/cgi-bin/message/send', () => refused(40058))
    await stage.asCorp('/cgi-bin/message/send?note=inTheQuery', posted('{"a":"inTheBody"}'))
    stage.answer('/cgi-bin/message/send', () => {
      throw Object.assign(new Error('https://x/?access_token=inTheError'), { code: 'ECONNRESET' })
    })
    await stage.asCorp('/cgi-bin/message/send?note=inTheQuery', posted('{"a":"inTheBody"}'))

    const text = JSON.stringify(stage.scene.logs)
    for (const word of ['inTheQuery', 'inTheBody', 'inTheError']) expect(text).not.toContain(word)
    const tokens = stage.sent.flatMap(({ query }) => query.get('access_token') ?? [])
    expect(tokens.length).toBeGreaterThan(0)
    for (const token of tokens) expect(text).not.toContain(token)
  })
})

test('how proxied calls end counts as that of suited’s own calls does', async () => {
  stage.answer('/cgi-bin/message/send', () =>
    Response.json({ errcode: 60020, errmsg: 'not allow, from ip: 203.0.113.9' }),
  )
  await stage.asCorp('/cgi-bin/message/send', posted('{}'))
  const { refusals, waiting } = await stage.scene.ask('/api/status')
  expect(refusals.map(({ errcode }: { errcode: number }) => errcode)).toContain(60020)
  expect(JSON.stringify(waiting)).toContain('203.0.113.9')
})
