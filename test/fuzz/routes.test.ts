/**
 * Every route, taken from the app itself, with addresses, queries, headers and bodies that nobody
 * foresaw.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { adminToken, pageUrl, type Scene } from '../scene'
import { answerTo, expectContract, secretsOf } from './contract-answer'
import { createFileScene, type FileScene } from './file-scene'
import { hostileBody, hostileName, hostileText, inheritedNames, mostly } from './hostile-text'
import { patienceMs, runs } from './runs'

let files: FileScene
let scene: Scene

beforeAll(async () => {
  files = await createFileScene()
  scene = files.scene
  await scene.installed()
})
afterAll(() => files.remove())

interface Sent {
  readonly method: string
  readonly path: string
  readonly init: RequestInit
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

/** As a careful client writes it, as a careless one, or twice. */
const written = (text: string): fc.Arbitrary<string> => {
  const encoded = encodeURIComponent(text.toWellFormed())
  return fc.constantFrom(encoded, text, encodeURIComponent(encoded))
}

const parameterNames = [
  'corpid',
  'url',
  'type',
  'suite',
  'status',
  'q',
  'limit',
  'cursor',
  'for',
  'state',
  'msg_signature',
  'timestamp',
  'nonce',
  'echostr',
  ...inheritedNames,
  'corpid[]',
  'limit.__proto__',
]

const queries = (corpid: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc
        .tuple(
          fc.constantFrom(...parameterNames),
          mostly(corpid, pageUrl, 'config', 'agent_config', 'done', '50', '1795334400', 'default'),
        )
        .chain(([name, text]) => written(text).map((value) => `${name}=${value}`)),
      { maxLength: 6 },
    )
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`))

/** Values that a header can hold at all. */
const headerValue = hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim())

const headers = fc.record(
  {
    authorization: fc.oneof(
      { weight: 6, arbitrary: fc.constant(`Bearer ${adminToken}`) },
      fc.constantFrom('', 'Bearer', 'Bearer ', `Bearer ${adminToken}x`, `Basic ${adminToken}`),
      headerValue,
    ),
    'content-type': fc.constantFrom(
      'application/json',
      'text/xml;charset=utf-8',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'text/csv',
      '',
    ),
    origin: fc.oneof(fc.constantFrom('null', 'https://app.example.com', 'file://'), headerValue),
    cookie: headerValue,
    'x-forwarded-for': headerValue,
    'content-encoding': fc.constantFrom('gzip', 'br', 'x'),
  },
  { requiredKeys: ['authorization'] },
)

/** Requests to one route of the app, and to what lies beside it. */
const requestsTo = (route: { method: string; path: string }): fc.Arbitrary<Sent> => {
  const corpid = scene.corpids[0]!
  const names = fc.oneof(
    fc.constantFrom(corpid, scene.suiteId, 'default', 'event-000001', 'abc.txt'),
    hostileName,
  )
  const segments = route.path
    .split('/')
    .map((segment) =>
      segment.includes(':')
        ? names.chain(written).map((name) => segment.replace(/:\w+/, () => name))
        : fc.constant(segment),
    )
  const path = fc.tuple(...segments).map((parts) => parts.join('/'))
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constant(route.method) },
    fc.constantFrom(...methods),
  )
  return fc
    .record({ path, query: queries(corpid), method, headers, body: hostileBody })
    .map(({ path: way, query, method: verb, headers: sent, body }) => ({
      method: verb,
      path: `${way}${query}`,
      init: {
        method: verb,
        headers: sent,
        ...(verb !== 'GET' && verb !== 'HEAD' && { body: body as string }),
      },
    }))
}

/** All but the stream, whose good answer has no end. */
const routesOf = ({ service }: Scene) =>
  service.app.routes.filter(
    ({ method, path }) => methods.includes(method) && !path.endsWith('/stream'),
  )

/**
 * Tokens and tickets may be told to whoever has the admin token; that is what their routes are for.
 */
const mayTell = (path: string, init: RequestInit): boolean =>
  /^\/api\/.*(access-token|jsapi-ticket)/.test(path) &&
  new Headers(init.headers).get('authorization') === `Bearer ${adminToken}`

describe('whatever comes to a route', () => {
  test(
    'is answered as the contract says, and leaves nothing that WeCom did not sign',
    async () => {
      const before = files.stored()
      const routes = routesOf(scene)
      expect(routes.length).toBeGreaterThan(30)
      for (const route of routes) {
        await fc.assert(
          fc.asyncProperty(requestsTo(route), async ({ path, init }) => {
            const answer = await answerTo(scene, path, init)
            expectContract(answer, mayTell(path, init) ? [] : secretsOf(scene))
          }),
          // Assets are large, and read nothing of a request.
          runs(route.path.startsWith('/swagger/') ? 2 : 15),
        )
      }
      expect(files.stored()).toBe(before)
      expect(scene.logs.filter(({ message }) => message.includes('unexpectedly'))).toEqual([])
    },
    patienceMs,
  )
})
