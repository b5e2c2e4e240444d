import { describe, expect, test } from 'bun:test'
import { createOperatorApp, createPublicApp } from '../../../src/app'
import { createScene, jsonOf } from '../../scene'

const browser = {
  headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
}

describe('a browser at /', () => {
  test.each([
    'http://localhost/',
    'http://gw/',
    'http://stranger.example/?utm=1',
    'http://localhost//',
  ])('is led to Swagger UI, whatever host it names: %s', async (url) => {
    const scene = await createScene()
    const { pathname, search } = new URL(url)
    const headers = { ...browser.headers, host: new URL(url).host }
    const answer = await scene.request(pathname + search, { headers })
    // Relative: behind https://x.example/gw/ it means https://x.example/gw/swagger/.
    expect([answer.status, answer.headers.get('location')]).toEqual([302, './swagger/'])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await scene.request('/swagger')).status).toBe(200)
  })

  test('is led on by the operators’ listener, and not where only the world comes', async () => {
    const { service } = await createScene()
    const ask = () => new Request('http://localhost/', browser)
    expect((await createOperatorApp(service.appParts).handle(ask())).status).toBe(302)
    const answer = await createPublicApp(service.appParts, false).handle(ask())
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
    expect((await jsonOf(answer)).detail).toContain('This is suited')
  })
})

test.each([undefined, 'application/json', '*/*'])(
  'whoever else comes to / is told where they are, accepting %p',
  async (accept) => {
    const scene = await createScene()
    const answer = await scene.request('/', accept === undefined ? {} : { headers: { accept } })
    expect(answer.status).toBe(404)
    expect(await jsonOf(answer)).toMatchObject({
      code: 'not_found',
      detail: expect.stringContaining('This is suited'),
    })
  },
)
