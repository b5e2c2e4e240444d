import { expect, test } from 'bun:test'
import { join } from 'node:path'

const source = (file: string) => join(import.meta.dir, '../../../src', file)
const network = source('runtime/process/network')

/** What a process with these proxies in its environment reaches, by both ways out. */
const reachedWith = async (environment: Record<string, string>, own: string | null = null) => {
  const asked: string[] = []
  const answering = (name: string) =>
    Bun.serve({
      port: 0,
      fetch({ url }) {
        asked.push(`${name} ${url}`)
        return new Response(name)
      },
    })
  using target = answering('target')
  using proxy = answering('proxy')
  using ownProxy = answering('own proxy')
  const named = (value: string) =>
    value
      .replace('PROXY', `http://127.0.0.1:${proxy.port}`)
      .replace('OWN', `http://127.0.0.1:${ownProxy.port}`)
  const code = `
    const { fetchDirectly, fetchThrough } = await import(${JSON.stringify(network)})
    const url = 'http://127.0.0.1:${target.port}/'
    const toWecom = fetchThrough(${own === null ? 'null' : JSON.stringify(named(own))})
    const toEndpoint = fetchDirectly()
    const said = async (fetch) => (await fetch(url)).text()
    console.log(JSON.stringify([await said(toWecom), await said(toEndpoint), await said(fetchThrough(null))]))`
  const child = Bun.spawn([process.execPath, '-e', code], {
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(Object.entries(environment).map(([k, v]) => [k, named(v)])),
    },
    stderr: 'inherit',
  })
  return JSON.parse(await new Response(child.stdout).text()) as string[]
}

test('without a proxy every way is direct', async () => {
  expect(await reachedWith({})).toEqual(['target', 'target', 'target'])
})

test.each(['HTTP_PROXY', 'http_proxy'])(
  'the proxy of %s stands before WeCom, before no endpoint, and again after a change of settings',
  async (name) => {
    expect(await reachedWith({ [name]: 'PROXY' })).toEqual(['proxy', 'target', 'proxy'])
  },
)

test('the operator’s own proxy for WeCom goes before that of the environment', async () => {
  expect(await reachedWith({ HTTP_PROXY: 'PROXY' }, 'OWN')).toEqual([
    'own proxy',
    'target',
    'proxy',
  ])
})

test('a host in NO_PROXY is reached directly', async () => {
  expect(await reachedWith({ HTTP_PROXY: 'PROXY', NO_PROXY: 'example.com, 127.0.0.1' })).toEqual([
    'target',
    'target',
    'target',
  ])
})

test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])(
  'a delivery over TLS goes past the proxy of %s to the address that was judged',
  async (name) => {
    const connected: string[] = []
    const listening = (who: string) =>
      Bun.listen({
        hostname: '127.0.0.1',
        port: 0,
        socket: {
          open: () => void connected.push(who),
          data: (socket) => void socket.end(),
        },
      })
    using target = listening('target')
    using proxy = listening('proxy')
    const deliver = `
      const { createSender } = await import(${JSON.stringify(source('delivery/send/sender'))})
      const { systemClock } = await import(${JSON.stringify(source('clock'))})
      const { fetchDirectly } = await import(${JSON.stringify(network)})
      const sender = createSender({
        resolve: async () => ['127.0.0.1'],
        fetch: fetchDirectly(),
        clock: systemClock,
        freshBytes: (count) => new Uint8Array(count),
        version: '1',
      })
      const { attempt } = await sender.send({
        endpoint: {
          name: 'crm',
          url: 'https://crm.example.com:${target.port}/',
          signing: { format: 'standard', secrets: [] },
          private: true,
          origin: 'api',
          headers: {},
        },
        event: { id: 'a' },
        body: '',
      })
      console.log(attempt.address)`
    const child = Bun.spawn([process.execPath, '-e', deliver], {
      env: { PATH: process.env.PATH, [name]: `http://127.0.0.1:${proxy.port}` },
      stderr: 'inherit',
    })
    expect((await new Response(child.stdout).text()).trim()).toBe('127.0.0.1')
    expect(new Set(connected)).toEqual(new Set(['target']))
  },
)
