/** An endless supply of hostile requests, the same for the same seed. */
import fc from 'fast-check'
import type { Random } from '../../src/retry'
import type { Simulator } from '../../src/simulator/simulator'
import type { Suite } from '../../src/simulator/world/world'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { pushBody, sealEnvelope } from '../../src/wecom/callback/envelope'
import { adminToken, pageUrl } from '../binary/suited'
import { hostileMessage } from '../fuzz/hostile-message'
import { hostileBody, hostileText } from '../fuzz/hostile-text'
import { brokenHttp } from './broken-http'
import { type Manner, manners } from './exchange'

export interface HostileRequest {
  readonly kind: string
  readonly bytes: string | Uint8Array
  readonly manner: Manner
}

const daySeconds = 86_400
const crlf = '\r\n'
/** Drawn from fast-check so many at a time. */
const batch = 200
/** So many sealed requests are kept to be sent again. */
const mostReplayed = 500

const paths = [
  '/sign',
  '/suites/default/sign',
  '/callback/command',
  '/callback/data/',
  '/suites/',
  '/WW_verify_',
  '/api/corps/',
  '/api/events/',
  '/api/suites/',
  '/api/export',
  '/api/import',
  '/api/status',
  '/swagger/',
  '/readyz',
  '/metrics',
  '/',
]

const parameters = ['corpid', 'url', 'type', 'limit', 'cursor', 'suite', 'q', '__proto__', 'for']

/** What may stand in a request line: everything but what would end it. */
const inLine = (text: string): string => text.toWellFormed().replace(/[\s\0]/g, '_')

export const createHostility = (parts: {
  simulator: Simulator
  suite: Suite
  random: Random
  /** Epoch milliseconds. */
  now(): number
}): { next(): HostileRequest } => {
  const { simulator, suite, random, now } = parts
  const { provider, companies } = simulator.world
  const aesKey = parseEncodingAesKey(suite.encodingAesKey)!
  const corpids = [...companies.keys()].slice(0, 3)
  const shapes = Object.entries(brokenHttp(adminToken))
  const sealedBefore: HostileRequest[] = []

  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!

  const supply = <T>(arbitrary: fc.Arbitrary<T>): (() => T) => {
    let rest: T[] = []
    return () => {
      if (rest.length === 0) {
        rest = fc.sample(arbitrary, { numRuns: batch, seed: Math.floor(random() * 2 ** 31) })
      }
      return rest.pop()!
    }
  }
  const text = supply(hostileText)
  const body = supply(hostileBody)
  const message = supply(
    hostileMessage({ suiteId: suite.suiteId, providerCorpid: provider.corpid, corpids }),
  )

  const post = (target: string, content: string | Uint8Array, ...headers: string[]): Uint8Array => {
    const sent = Buffer.from(content as string)
    const lines = [
      `POST ${target} HTTP/1.1`,
      'Host: suited.example',
      'Connection: close',
      `Content-Length: ${sent.length}`,
      ...headers,
    ]
    return Buffer.concat([Buffer.from(`${lines.join(crlf)}${crlf}${crlf}`, 'latin1'), sent])
  }

  const seal = (content: string, ageSeconds: number): Uint8Array => {
    const { ciphertext, query } = sealEnvelope(content, {
      pair: { token: suite.token, aesKey },
      receiveId: pick([suite.suiteId, provider.corpid, ...corpids, 'wwSomebody']),
      timestamp: String(Math.floor(now() / 1000) - ageSeconds),
      nonce: String(Math.floor(random() * 1e9)),
      random16: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)),
    })
    const signed = `msg_signature=${query.msgSignature}&timestamp=${query.timestamp}&nonce=${query.nonce}`
    const path = pick(['/callback/command', '/callback/data', `/callback/data/${corpids[0]}`])
    return post(`${path}?${signed}`, pushBody(ciphertext, 'x'))
  }

  const query = (): string =>
    Array.from({ length: Math.floor(random() * 5) }, () => {
      const value = random() < 0.3 ? pick([pageUrl, ...corpids]) : text()
      return `${pick(parameters)}=${random() < 0.5 ? encodeURIComponent(value.toWellFormed()) : inLine(value)}`
    }).join('&')

  const target = (): string => {
    const end = text()
    const way = random() < 0.5 ? encodeURIComponent(end.toWellFormed()) : inLine(end)
    return `${pick(paths)}${random() < 0.5 ? way : ''}?${query()}`
  }

  const someHeaders = (): string[] => {
    const authorization = pick([adminToken, adminToken, `${adminToken}x`, ''])
    const types = ['application/json', 'text/xml', 'multipart/form-data; boundary=x', '']
    return [
      `Content-Type: ${pick(types)}`,
      ...(random() < 0.5 ? [`Authorization: Bearer ${authorization}`] : []),
      ...(random() < 0.3 ? [`Origin: ${inLine(text()).slice(0, 200)}`] : []),
      ...(random() < 0.3 ? [`X-Forwarded-For: ${inLine(text()).slice(0, 200)}`] : []),
    ]
  }

  const kinds: Record<string, { weight: number; make(): string | Uint8Array }> = {
    'sealed nonsense': { weight: 30, make: () => seal(message(), 0) },
    'sealed, but long ago': { weight: 5, make: () => seal(message(), daySeconds + 60) },
    replay: {
      weight: 10,
      make: () => (sealedBefore.length === 0 ? seal(message(), 0) : pick(sealedBefore).bytes),
    },
    'a callback that nobody signed': {
      weight: 15,
      make: () =>
        post(
          `/callback/command?msg_signature=${'0'.repeat(40)}&timestamp=1700000000&nonce=2`,
          random() < 0.5 ? body() : pushBody(Buffer.from(text()).toString('base64'), 'x'),
        ),
    },
    'a strange body': { weight: 12, make: () => post(target(), body(), ...someHeaders()) },
    'a strange address': {
      weight: 15,
      make: () =>
        Buffer.from(
          [
            `GET ${target()} HTTP/1.1`,
            'Host: x',
            'Connection: close',
            ...someHeaders(),
            '',
            '',
          ].join(crlf),
        ),
    },
    'a body that is too large': {
      weight: 0.1,
      make: () =>
        post(
          pick([
            `/callback/command?msg_signature=${'0'.repeat(40)}&timestamp=1700000000&nonce=2`,
            '/sign',
          ]),
          'x'.repeat(pick([70_000, 1_100_000, 3_000_000])),
          'Content-Type: application/json',
        ),
    },
  }
  for (const [name, shape] of shapes) {
    kinds[name] = { weight: 12 / shapes.length, make: () => shape(random) }
  }
  const total = Object.values(kinds).reduce((sum, { weight }) => sum + weight, 0)

  const pickKind = (): string => {
    let left = random() * total
    for (const [name, { weight }] of Object.entries(kinds)) {
      left -= weight
      if (left < 0) return name
    }
    return 'sealed nonsense'
  }

  return {
    next() {
      const kind = pickKind()
      const manner = random() < 0.85 ? 'whole' : pick(manners)
      const request: HostileRequest = { kind, bytes: kinds[kind]!.make(), manner }
      if (kind === 'sealed nonsense' && request.bytes.length < 10_000) {
        const place = Math.min(sealedBefore.length, Math.floor(random() * mostReplayed))
        sealedBefore[place] = request
      }
      return request
    },
  }
}
