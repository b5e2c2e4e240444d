/** What the way to WeCom does, on real sockets, with the fetch of the real service. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { systemClock } from '../../../src/clock'
import { createLogger } from '../../../src/log'
import { createWecomClient } from '../../../src/wecom/api/client'
import { WecomFailure } from '../../../src/wecom/api/failure'
import { networkFaultOf } from '../../../src/wecom/api/network-fault'
import { makeCertificate, makeExpiredCertificate } from '../../binary/certificates'

const secret = 'a-secret-in-the-query'
const folder = mkdtempSync(join(tmpdir(), 'suited-network-'))
const servers: Server[] = []
const tlsServers: { stop(force: boolean): unknown }[] = []

afterAll(async () => {
  for (const server of servers) server.close()
  for (const server of tlsServers) server.stop(true)
  rmSync(folder, { recursive: true, force: true })
})

/** The port of a server that does this with every connection. */
const portOf = (onConnection: (socket: Socket) => void): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      onConnection(socket)
    })
    servers.push(server)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })

const closedPort = async (): Promise<number> => {
  const port = await portOf(() => undefined)
  await new Promise((resolve) => servers.pop()?.close(resolve))
  return port
}

const says = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text))

const tlsPort = (files: { cert: string; key: string }): number => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { cert: Bun.file(files.cert), key: Bun.file(files.key) },
    fetch: () => Response.json({ ticket: 'T' }),
  })
  tlsServers.push(server)
  return server.port!
}

interface Way {
  readonly apiUrl: string
  readonly proxy?: string
  /** A certificate that is trusted. */
  readonly ca?: string
}

const lines: string[] = []
const failureOn = async ({ apiUrl, proxy, ca }: Way): Promise<WecomFailure> => {
  const init = { ...(proxy && { proxy }), ...(ca && { tls: { ca: Bun.file(ca) } }) }
  const through = (input: string, given: RequestInit) => fetch(input, { ...given, ...init })
  const client = createWecomClient({
    apiUrl,
    fetch: through as typeof fetch,
    viaProxy: proxy !== undefined,
    clock: systemClock,
    random: () => 0.5,
    log: createLogger({
      level: 'debug',
      format: 'json',
      now: () => 0,
      write: (line) => lines.push(line),
    }),
  })
  const path = '/cgi-bin/get_jsapi_ticket'
  const call = { method: 'GET', path, query: { secret }, repeatable: false } as const
  const outcome = await client
    .call(call, Type.Object({ ticket: Type.String() }))
    .catch((error: unknown) => error)
  if (!(outcome instanceof WecomFailure)) throw new Error('It did not fail.')
  return outcome
}

let certificates: Record<'own' | 'foreign' | 'old', { cert: string; key: string }>
beforeAll(async () => {
  const within = async (name: string) => {
    const path = join(folder, name)
    await Bun.write(join(path, 'made'), '')
    return path
  }
  certificates = {
    own: makeCertificate(await within('own'), 'localhost'),
    foreign: makeCertificate(await within('foreign'), 'other.example', 'DNS:other.example'),
    old: makeExpiredCertificate(await within('old'), 'localhost'),
  }
})

const local = (port: number, scheme = 'http') => `${scheme}://localhost:${port}`
const direct =
  (onConnection: (socket: Socket) => void, scheme = 'http') =>
  async () => ({
    apiUrl: `${scheme}://127.0.0.1:${await portOf(onConnection)}`,
  })
const throughProxy = (scheme: string, onConnection: (socket: Socket) => void) => async () => ({
  apiUrl: `${scheme}://wecom.invalid`,
  proxy: `http://127.0.0.1:${await portOf(onConnection)}`,
})

const ways: [string, string, () => Way | Promise<Way>][] = [
  ['a host that DNS doesn’t know', 'dns', () => ({ apiUrl: 'http://wecom.invalid' })],
  ['the same over TLS', 'dns', () => ({ apiUrl: 'https://wecom.invalid' })],
  ['a port where nothing listens', 'refused', async () => ({ apiUrl: local(await closedPort()) })],
  ['a connection that is reset', 'reset', direct((socket) => void socket.resetAndDestroy())],
  ['a connection that ends without a word', 'reset', direct(says(''))],
  ['a server that speaks no HTTP', 'reset', direct(says('SSH-2.0-x\r\n'))],
  [
    'an answer that stops half way',
    'reset',
    direct(says('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"t')),
  ],
  [
    'a certificate of nobody’s',
    'tls_unknown_authority',
    () => ({ apiUrl: local(tlsPort(certificates.own), 'https') }),
  ],
  [
    'a certificate that has expired',
    'tls_expired',
    () => ({ apiUrl: local(tlsPort(certificates.old), 'https'), ca: certificates.old.cert }),
  ],
  [
    'a certificate for another host',
    'tls_wrong_name',
    () => ({
      apiUrl: local(tlsPort(certificates.foreign), 'https'),
      ca: certificates.foreign.cert,
    }),
  ],
  [
    'a port that speaks no TLS',
    'tls_failed',
    direct(says('HTTP/1.1 400 Bad Request\r\n\r\n'), 'https'),
  ],
  [
    'a proxy that DNS doesn’t know',
    'proxy_dns',
    () => ({ apiUrl: 'https://wecom.invalid', proxy: 'http://proxy.invalid:3128' }),
  ],
  [
    'a proxy that isn’t there',
    'proxy_unreachable',
    async () => ({ apiUrl: 'https://wecom.invalid', proxy: local(await closedPort()) }),
  ],
  [
    'a proxy that wants a password',
    'proxy_refused',
    throughProxy('https', says('HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n')),
  ],
  [
    'a proxy that allows no tunnel',
    'proxy_refused',
    throughProxy('https', says('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n')),
  ],
  [
    'a proxy for plain HTTP that wants a password',
    'proxy_refused',
    throughProxy('http', says('HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n')),
  ],
  [
    'a proxy that cuts the connection',
    'reset',
    throughProxy('https', (socket) => void socket.resetAndDestroy()),
  ],
]

test.each(ways)('%s is named as %s, with a cure', async (_, code, wayOf) => {
  lines.length = 0
  const failure = await failureOn(await wayOf())
  expect(failure).toMatchObject({ kind: 'network', code: 'wecom_error', passing: true })
  expect(failure.fault?.code).toBe(code)
  expect(failure.fault?.cure).toMatch(/\.$/)
  expect(failure.message).toContain(failure.fault?.detail ?? 'no detail')
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ failure: code })
  expect([failure.message, failure.stack, JSON.stringify(failure), ...lines].join()).not.toContain(
    secret,
  )
})

test('each kind of failure has a detail and a cure of its own', async () => {
  const codes = ['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'EPROTO']
  const tls = [
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ]
  const faults = [...codes, ...tls, 'ERR_PROXY_TUNNEL'].map((code) =>
    networkFaultOf({ code }, false),
  )
  for (const field of ['code', 'detail', 'cure'] as const) {
    expect(new Set(faults.map((fault) => fault[field])).size).toBe(faults.length)
  }
})

test.each([
  [{ code: 'a-secret' }],
  [{ code: 23 }],
  [{ message: 'ENOTFOUND' }],
  [{ cause: null }],
  [null],
  [undefined],
  ['ENOTFOUND'],
])('an error that nobody knows is a failed connection: %j', (error) => {
  expect(networkFaultOf(error, true)).toMatchObject({
    code: 'connection',
    detail: 'the connection failed',
  })
})

test('the error behind an error counts', () => {
  expect(networkFaultOf({ cause: { code: 'ENOTFOUND' } }, false).code).toBe('dns')
})
