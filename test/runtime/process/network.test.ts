import { expect, test } from 'bun:test'
import { join } from 'node:path'

const network = join(import.meta.dir, '../../../src/runtime/process/network')

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
