import { expect, test } from 'bun:test'
import { createScene } from '../../scene'

test.each(['http://gw', 'http://x:80', 'http://app', 'http://127.0.0.1:8001'])(
  'a route is found behind %s, however short the host that a proxy sends',
  async (origin) => {
    const { service } = await createScene()
    expect((await service.app.handle(new Request(`${origin}/healthz`))).status).toBe(200)
    expect((await service.app.handle(new Request(`${origin}/nothing`))).status).toBe(404)
  },
)
