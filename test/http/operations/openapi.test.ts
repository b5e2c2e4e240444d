import { describe, expect, test } from 'bun:test'
import { adminToken, createScene, jsonOf } from '../../scene'
import {
  type Document,
  objectsIn,
  operationsOf,
  document as printed,
  resolve,
} from './printed-document'

const read = async (env: Record<string, string> = {}, init: RequestInit = {}) => {
  const scene = await createScene({ env })
  const answer = await scene.request('/swagger/json', init)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toStartWith('application/json')
  return (await jsonOf(answer)) as Document
}

const document = await read()
const operations = operationsOf(document)

describe('the OpenAPI document', () => {
  test('is one of version 3.1 that says what it describes', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
    expect(document.info).toMatchObject({ title: 'suited', version: 'test' })
  })

  test('refers to nothing that it doesn’t hold', () => {
    const refs = [...objectsIn(document)].flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref]))
    expect(refs.length).toBeGreaterThan(0)
    for (const ref of refs) expect(resolve(String(ref))).toBeObject()
  })

  test('holds no notes of the generator', () => {
    const names = [...objectsIn(document)].flatMap((part) => Object.keys(part))
    expect(names.filter((name) => name.startsWith('x-'))).toEqual([])
  })

  test('gives each operation one summary under a tag that it explains', () => {
    const tags = document.tags.map(({ name }) => name)
    for (const [, , operation] of operations) {
      expect(operation.summary).toBeString()
      expect(operation.tags).toHaveLength(1)
      expect(tags).toContain(operation.tags![0]!)
    }
  })

  test('names each part of a path as a parameter, and no parameter twice', () => {
    for (const [, path, { parameters = [] }] of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      expect(inPath.map(({ name }) => name).sort()).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort(),
      )
      expect(inPath.every(({ required }) => required === true)).toBe(true)
      const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
      expect(new Set(names).size).toBe(names.length)
      for (const { schema } of parameters) expect(schema).toBeObject()
    }
  })

  test('describes each answer, and gives each success a body but 204', () => {
    for (const [, , { responses }] of operations) {
      if (responses[204]) expect(responses[204].content).toBeUndefined()
      else expect((responses[200] ?? responses[201] ?? responses[202])?.content).toBeObject()
      for (const { description } of Object.values(responses)) {
        expect(description.length).toBeGreaterThan(3)
      }
    }
  })

  test('declares each refusal as a problem document, and nothing else', () => {
    const refusals = operations.flatMap(([, , { responses }]) =>
      Object.entries(responses).filter(([status]) => Number(status) >= 400),
    )
    expect(refusals.length).toBeGreaterThan(0)
    for (const [, { content }] of refusals) {
      expect(content).toEqual({
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: expect.any(Object),
        },
      })
    }
  })

  test('wants a token for the API, the proxy and the metrics, takes a key for signatures, and nowhere else', () => {
    for (const [, path, { security, responses }] of operations) {
      const needed = [{ adminToken: [] }]
      const guarded = /^\/api\/|\/proxy\/|^\/metrics$/.test(path) ? needed : undefined
      expect(security).toEqual(path.endsWith('/sign') ? [{}, ...needed] : guarded)
      expect('401' in responses).toBe(security !== undefined)
    }
    expect(document.components.securitySchemes.adminToken).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    })
  })

  test('answers WeCom in plain text', () => {
    for (const [, path, { responses }] of operations) {
      if (!/callback\/|orderUrl|dataUrl|verify/.test(path) || path.startsWith('/api/')) continue
      expect(Object.keys(responses[200]?.content ?? {})).toEqual(['text/plain'])
    }
  })

  test('takes its server from SUITED_PUBLIC_URL', async () => {
    const { servers } = await read({ SUITED_PUBLIC_URL: 'https://gw.example.com/wecom' })
    expect(servers[0]?.url).toBe('https://gw.example.com/wecom')
  })

  test('never takes its server from the request', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    for (const env of [{}, { SUITED_PUBLIC_URL: 'https://gw.example.com' }]) {
      expect(JSON.stringify(await read(env, { headers }))).not.toContain('evil.example')
    }
    const urls = document.servers.map(({ url }) => new URL(url, 'https://a.example/swagger/json'))
    expect(urls.map(String)).toEqual(['https://a.example/'])
  })

  test('holds no secret and no id of this installation', async () => {
    const { simulator, suiteId, config } = await createScene()
    const text = JSON.stringify(document)
    const { token, suiteSecret } = simulator.world.suites.get(suiteId)!
    for (const own of [token, suiteSecret, suiteId, config.settings.SUITED_ADMIN_TOKEN!]) {
      expect(text).not.toContain(own)
    }
  })

  test('is what suited openapi prints, whatever was asked before', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.sign(corpid)
    const headers = { authorization: `Bearer ${adminToken}` }
    for (const [, path] of operations.filter(([method]) => method === 'GET')) {
      const asked = path.replace('{corpid}', corpid).replace(/\{\w+\}/g, 'default')
      const answer = await scene.request(asked, { headers })
      // A stream of events has no end.
      await answer.body?.cancel()
    }
    const shown = await jsonOf(await scene.request('/swagger/json'))
    expect(shown).toEqual(printed)
    expect([...objectsIn(shown)].filter((part) => part.additionalProperties === false)).toEqual([])
  })

  test('knows every route of the app, but for its own pages and preflights', async () => {
    const { service } = await createScene()
    const documented = operations.map(([method, path]) => `${method} ${path}`)
    const mounted = service.app.routes
      .filter(
        ({ method, path }) =>
          method !== 'OPTIONS' &&
          path !== '/' &&
          !path.startsWith('/swagger') &&
          !/^(\/suites\/:suite)?\/(install|login|business)(\/|$)/.test(path),
      )
      .flatMap(({ method, path }) => {
        // Of routes for all methods those are described that WeCom's API uses.
        const methods = method === 'ALL' ? ['GET', 'POST'] : [method]
        const shown = path.replace(/:(\w+)/g, '{$1}').replace('*', '{path}')
        return methods.map((method) => `${method} ${shown}`)
      })
    expect(documented.sort()).toEqual([...new Set(mounted)].sort())
  })

  test('changes only where somebody meant it: methods, paths, names, statuses', () => {
    const lines = operations.map(
      ([method, path, { operationId, responses }]) =>
        `${method} ${path} ${operationId}: ${Object.keys(responses).join(' ')}`,
    )
    expect(lines.sort().join('\n')).toMatchSnapshot()
  })
})
