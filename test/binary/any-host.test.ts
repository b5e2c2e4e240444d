/** Whatever a request says of the host it wants, or doesn't say: its path alone counts. */
import { describe, expect, test } from 'bun:test'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { pushBody, sealEnvelope } from '../../src/wecom/callback/envelope'
import { makeCertificate } from './certificates'
import { askRaw } from './socket'
import { adminToken, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const start = async (tls: boolean): Promise<{ wecom: Wecom; suited: Suited }> => {
  const wecom = workshop.wecom()
  const files = makeCertificate(await workshop.folder(), 'gw')
  const more = tls ? { SUITED_TLS_CERT: files.cert, SUITED_TLS_KEY: files.key } : {}
  return { wecom, suited: await workshop.serviceFor(wecom, await workshop.folder(), more) }
}

/** How the head of a request may speak of its host: after its first line, and before its path. */
const hosts: [string, { version?: string; host?: string; before?: string }][] = [
  ['an empty Host', { host: 'Host:' }],
  ['an empty Host in HTTP/1.0', { version: '1.0', host: 'Host:' }],
  ['none in HTTP/1.0', { version: '1.0' }],
  ['a host of one letter', { host: 'Host: a' }],
  ['a host of two letters', { host: 'Host: gw' }],
  ['a host of two letters in HTTP/1.0', { version: '1.0', host: 'Host: gw' }],
  ['a port that can’t be', { host: 'Host: gw.example.com:99999' }],
  ['a port of one digit', { host: 'Host: a:1' }],
  ['an IPv6 address', { host: 'Host: [::1]:8001' }],
  ['upper case', { host: 'Host: GW.EXAMPLE.COM' }],
  ['an underscore', { host: 'Host: up_stream' }],
  ['a path as host', { host: 'Host: x/y?z' }],
  ['blanks', { host: 'Host: a b' }],
  ['garbage', { host: 'Host: #@!' }],
  ['a user', { host: 'Host: user:word@gw' }],
  ['a very long host', { host: `Host: ${'a'.repeat(2000)}` }],
  ['an absolute target', { host: 'Host: gw', before: 'http://x' }],
  ['an absolute target and an empty Host', { host: 'Host:', before: 'https://x.example' }],
  ['an absolute target without Host', { version: '1.0', before: 'http://x' }],
  ['a second slash', { host: 'Host: gw.example.com', before: '/' }],
  ['three slashes and an empty Host', { host: 'Host:', before: '//' }],
]

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

describe.each([
  ['without TLS', false],
  ['with TLS of its own', true],
])('%s', (_, tls) => {
  test('every route is found and every push is taken, however a request speaks of its host', async () => {
    const { wecom, suited } = await start(tls)
    const { token, encodingAesKey } = wecom.suite
    const send = (
      { version = '1.1', host, before = '' }: (typeof hosts)[number][1],
      method: string,
      path: string,
      more: readonly string[] = [],
      body = '',
    ) => {
      const head = [`${method} ${before}${path} HTTP/${version}`, ...(host ? [host] : []), ...more]
      const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
      return askRaw(suited.url, [...head, ...length, 'Connection: close', '', body].join('\r\n'))
    }
    const push = (at: number) => {
      const message = `<xml><SuiteId>${wecom.suiteId}</SuiteId><InfoType>corp_arch_auth</InfoType><TimeStamp>${Math.floor(Date.now() / 1000)}</TimeStamp><AuthCorpId>wp${at}</AuthCorpId></xml>`
      const { ciphertext, query } = sealEnvelope(message, {
        pair: { token, aesKey: parseEncodingAesKey(encodingAesKey)! },
        receiveId: wecom.suiteId,
        timestamp: String(Math.floor(Date.now() / 1000)),
        nonce: `nonce${at}`,
        random16: Buffer.alloc(16, 1),
      })
      const { msgSignature, timestamp, nonce } = query
      return {
        path: `/callback/command?msg_signature=${msgSignature}&timestamp=${timestamp}&nonce=${nonce}`,
        body: pushBody(ciphertext, wecom.suiteId),
      }
    }
    const key = `Authorization: Bearer ${adminToken}`
    for (const [at, [name, how]] of hosts.entries()) {
      const { path, body } = push(at)
      const pushed = await send(how, 'POST', path, [], body)
      expect([name, statusOf(pushed)]).toEqual([name, 200])
      expect([name, pushed]).toEqual([name, expect.stringMatching(/\r\n\r\nsuccess$/)])
      const seen: Record<string, number> = {}
      for (const wanted of [
        '/callback/command',
        '/callback/data/wpA',
        '/suites/default/callback/command',
        '/dataUrl/wpA',
        '/swagger/json',
        '/readyz',
        '/sign?corpid=none&url=https%3A%2F%2Fapp.example.com%2F',
        '/nothing/here',
      ]) {
        seen[wanted] = statusOf(await send(how, 'GET', wanted))
      }
      seen['/api/status'] = statusOf(await send(how, 'GET', '/api/status', [key]))
      expect([name, seen]).toEqual([
        name,
        {
          '/callback/command': 400,
          '/callback/data/wpA': 400,
          '/suites/default/callback/command': 400,
          '/dataUrl/wpA': 400,
          '/swagger/json': 200,
          '/readyz': 200,
          '/sign?corpid=none&url=https%3A%2F%2Fapp.example.com%2F': 404,
          '/nothing/here': 404,
          '/api/status': 200,
        },
      ])
    }
  })
})
