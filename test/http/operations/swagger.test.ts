import { describe, expect, test } from 'bun:test'
import { createScene } from '../../scene'

const assets = [
  ['/swagger/swagger-ui.css', 'text/css'],
  ['/swagger/swagger-ui-bundle.js', 'text/javascript'],
  ['/swagger/start.js', 'text/javascript'],
] as const

describe.each(['/swagger', '/swagger/'])('the page at %s', (path) => {
  const load = async () => {
    const scene = await createScene()
    const answer = await scene.request(path)
    return { scene, answer, html: await answer.text() }
  }

  test('is a page that may not be framed or sniffed', async () => {
    const { answer } = await load()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toStartWith('text/html')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test('names no other host', async () => {
    const { html } = await load()
    expect(html).not.toMatch(/https?:|\/\/[a-z]/i)
  })

  test('may load nothing from elsewhere', async () => {
    const policy = (await load()).answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/https?:|\*/)
  })

  test('loads its assets from where they are', async () => {
    const { scene, html } = await load()
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!)
    const own = links.filter((link) => !link.startsWith('data:'))
    const paths = own.map((link) => new URL(link, `http://localhost${path}`).pathname)
    expect(paths.sort()).toEqual(assets.map(([asset]) => asset).sort())
    for (const asset of paths) expect((await scene.request(asset)).status).toBe(200)
  })

  test('needs no admin token, and shows none', async () => {
    const { answer, html } = await load()
    expect(answer.status).toBe(200)
    expect(html).not.toContain('admin-token')
  })
})

describe.each(assets)('the asset %s', (path, type) => {
  test('has its type and may not be sniffed', async () => {
    const answer = await (await createScene()).request(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toStartWith(type)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await answer.text()).length).toBeGreaterThan(100)
  })
})

describe('the page’s connections', () => {
  test('may go to the public address, and to no other', async () => {
    const scene = await createScene({ env: { SUITED_PUBLIC_URL: 'https://gw.example.com/wecom' } })
    const answer = await scene.request('/swagger')
    expect(answer.headers.get('content-security-policy')).toContain(
      "connect-src 'self' https://gw.example.com;",
    )
  })

  test('read the document that stands beside it', async () => {
    const start = await (await (await createScene()).request('/swagger/start.js')).text()
    expect(start).toContain("new URL('json', script.src)")
    expect(start).toContain('validatorUrl: null')
  })
})

describe('at the root', () => {
  const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

  test('a browser is led to Swagger UI, wherever the proxy has put it', async () => {
    const scene = await createScene()
    const answer = await scene.request('/', browser)
    expect(answer.status).toBe(302)
    const location = answer.headers.get('location') ?? ''
    expect(new URL(location, 'https://a.example/').href).toBe('https://a.example/swagger/')
    expect(new URL(location, 'https://a.example/wecom/').href).toBe(
      'https://a.example/wecom/swagger/',
    )
  })

  test.each([undefined, '*/*', 'application/json', 'text/plain'])(
    'whoever accepts %p, which is no browser, gets the 404 of every unknown path',
    async (accept) => {
      const scene = await createScene()
      const answer = await scene.request('/', accept === undefined ? {} : { headers: { accept } })
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'not_found' })
    },
  )
})
