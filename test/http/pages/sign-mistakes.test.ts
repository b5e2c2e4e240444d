/** What pages and templates get wrong about an address, each named as what it is. */
import { afterAll, describe, expect, test } from 'bun:test'
import { createScene, jsonOf } from '../../scene'

const scene = await createScene()
const corpid = await scene.installed()
await scene.sign(corpid)
afterAll(() => scene.stop())

const page = 'https://app.example.com'
const encoded = encodeURIComponent

/** What a caller is told, by every path and from a page's own origin and none. */
const answersTo = async (search: string) => {
  const told: { status: number; code: unknown; detail: string; allowed: string | null }[] = []
  for (const path of ['/sign', '/suites/default/sign', `/suites/${scene.suiteId}/sign`]) {
    const answer = await scene.request(`${path}?${search}`)
    const { code, detail } = await jsonOf(answer)
    const allowed = answer.headers.get('access-control-allow-origin')
    told.push({ status: answer.status, code, detail, allowed })
  }
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1)
  return told[0]!
}

const post = async (body: Record<string, string>) =>
  jsonOf(
    await scene.request('/sign', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )

describe('an address that was not encoded is not signed as another one', () => {
  test.each([
    ['an escape of its own is lost', `url=${page}/?next=%2Forders%2F7`],
    ['an escape in its path is lost', `url=${page}/a%2Fb`],
    ['its percent sign is lost', `url=${page}/?share=100%25`],
    ['its percent sign is no escape', `url=${page}/?share=100%`],
    ['its percent sign is no escape, though the rest was encoded', `url=${encoded(page)}%2F100%`],
    ['its percent sign is no escape, though all was encoded', `url=${encoded(`${page}/?a=100%`)}`],
    ['its escapes are JavaScript’s old ones', `url=${page}/%u4E2D`],
    ['its escapes are GBK', `url=${encoded(page)}%2F%D6%D0`],
    ['its query is torn', `url=${page}/?a=1&b=2`],
    ['its query is torn, escaped for HTML', `url=${page}/?a=1&amp;b=2`],
  ])('%s', async (_, search) => {
    for (const query of [`corpid=${corpid}&${search}`, `${search}&corpid=${corpid}&type=config`]) {
      const told = await answersTo(query)
      expect(told).toMatchObject({ status: 400, code: 'url_not_encoded', allowed: null })
      expect(told.detail).toContain('encodeURIComponent')
    }
  })

  test('whatever else is wrong', async () => {
    const told = await answersTo(`url=https://evil.example/?next=%2F&type=none`)
    expect(told).toMatchObject({ status: 400, code: 'url_not_encoded', allowed: null })
  })
})

describe('an address is refused with a sentence of its own', () => {
  const inQuery = (url: string) => `corpid=${corpid}&url=${encoded(url)}`
  test.each([
    ['encoded twice', encoded(`${page}/?a=1`), 'once too often'],
    ['encoded twice in small letters', 'https%3a%2f%2fapp.example.com', 'once too often'],
    ['encoded three times', encoded(encoded(`${page}/`)), 'once too often'],
    ['from a template', `${page}/?a=1&amp;b=2`, '&amp;'],
    ['from a template, at its end', `${page}/?a=1&amp;`, '&amp;'],
    ['with the placeholder', `${page}/?corpid=$CORPID$`, '$CORPID$'],
    ['with the placeholder encoded', `${page}/?corpid=%24CORPID%24&b=2#x`, '$CORPID$'],
  ])('%s', async (_, url, sentence) => {
    const told = await answersTo(inQuery(url))
    expect(told).toMatchObject({ status: 400, code: 'invalid_request', allowed: null })
    expect(told.detail).toContain(sentence)
    const posted = await post({ corpid, url })
    expect(posted).toMatchObject({
      code: 'invalid_request',
      detail: told.detail,
      errors: [{ field: 'url' }],
    })
  })

  test('where the corpid is the placeholder', async () => {
    for (const name of ['$CORPID$', '%24CORPID%24', encoded('%24CORPID%24')]) {
      const told = await answersTo(`corpid=${name}&url=${encoded(page)}`)
      expect(told).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(told.detail).toContain('$CORPID$')
    }
    expect(await post({ corpid: '$CORPID$', url: page })).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'corpid' }],
    })
  })

  test('where the request itself was escaped for HTML', async () => {
    for (const query of [
      `corpid=${corpid}&amp;url=${encoded(page)}`,
      `corpid=${corpid}&url=${encoded(page)}&amp;type=agent_config`,
      `url=${page}&amp;corpid=${corpid}`,
    ]) {
      const told = await answersTo(query)
      expect(told).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(told.detail).toContain('&amp;')
    }
  })

  test('and none repeats what has no bound', async () => {
    const long = 'a'.repeat(8000)
    for (const url of [`https://${long}/`, `${page}/${long} `, encoded(`${page}/${long}`), long]) {
      const { detail } = await post({ corpid, url })
      expect(detail.length).toBeLessThan(400)
    }
  })
})

describe('what is right is signed just as the browser has it', () => {
  test.each([
    ['Chinese in its fragment', `${page}/app#/客户`, `${page}/app`],
    ['a blank in its fragment', `${page}/app?a=1#b c`, `${page}/app?a=1`],
    ['mistakes in its fragment', `${page}/#/?a=$CORPID$&amp;b=1&c=100%`, `${page}/`],
    ['an escape of its own', `${page}/?next=%2Forders%2F7`, `${page}/?next=%2Forders%2F7`],
    ['an address in its query', `${page}/?u=https://b.example/%2F`, null],
    ['odd letters', `${page}/a'b!(c)*~[d]|{e}`, null],
  ])('with %s', async (_, url, signed) => {
    const address = signed ?? url
    const accepted = async (answer: Record<string, unknown>) => {
      const { simulator, suiteId } = scene
      return simulator.acceptsSignature({
        suiteId,
        type: 'config',
        url: address,
        ...answer,
      } as never)
    }
    for (const query of [
      `corpid=${corpid}&url=${encoded(url)}`,
      `${new URLSearchParams({ url, corpid })}`,
    ]) {
      expect(await accepted(await jsonOf(await scene.request(`/sign?${query}`)))).toEqual({
        ok: true,
      })
    }
    expect(await accepted(await post({ corpid, url }))).toEqual({ ok: true })
  })
})

describe('a page that is not trusted', () => {
  const evil = 'https://evil.example'
  const ask = (url: string, own: RequestInit = {}, name = corpid) =>
    scene.request(`/sign?${new URLSearchParams({ corpid: name, url })}`, own)

  test.each([
    ['from its own origin', { headers: { origin: evil } }],
    ['from a file', { headers: { origin: 'null' } }],
    ['from no browser', {}],
  ])('may read that, and nobody looked the company up: %s', async (_, own) => {
    const answers = [await ask(`${evil}/`, own), await ask(`${evil}/`, own, 'wpNobody')]
    const bodies: string[] = []
    for (const answer of answers) {
      expect(answer.status).toBe(403)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      bodies.push(await answer.text())
    }
    expect(JSON.parse(bodies[0]!).code).toBe('url_not_trusted')
    expect(bodies[1]).toBe(bodies[0]!)
  })

  test('may read it of a POST too', async () => {
    const answer = await scene.request('/suites/default/sign', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: evil },
      body: JSON.stringify({ corpid, url: `${evil}/` }),
    })
    expect(await jsonOf(answer)).toMatchObject({ code: 'url_not_trusted' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  test.each([
    ['a signature', `${page}/`, corpid],
    ['that a company has not the app', `${page}/`, 'wpNobody'],
    ['that a field is missing', `${evil}/`, ''],
    ['that the address has a mistake', `${evil}/?a&amp;b`, corpid],
  ])('may not read %s', async (_, url, name) => {
    const { headers } = await ask(url, { headers: { origin: evil } }, name)
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})
