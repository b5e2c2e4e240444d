import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pinnedPost } from '../../../src/delivery/send/pinned-post'
import type { Target } from '../../../src/delivery/send/target'
import { networkFaultOf } from '../../../src/wecom/api/network-fault'
import { makeCertificate } from '../../binary/certificates'

const hostname = 'crm.example.com'
const request = { headers: { 'x-mark': 'a' }, query: { nonce: '1' }, body: 'body' }

const targetOf = (url: string, ...addresses: [string, ...string[]]): Target => {
  const whole = new URL(url)
  return { url: whole, hostname: whole.hostname, addresses }
}

describe('a POST to a target over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suited-pinned-'))
  let certificate = ''
  let server: Bun.Server<undefined>
  const hosts: (string | null)[] = []

  beforeAll(() => {
    const files = makeCertificate(folder, hostname, `DNS:${hostname},IP:127.0.0.1`)
    certificate = readFileSync(files.cert, 'utf8')
    server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      tls: { cert: certificate, key: readFileSync(files.key, 'utf8') },
      fetch({ headers }) {
        hosts.push(headers.get('host'))
        return new Response('好的')
      },
    })
  })
  afterAll(async () => {
    await server.stop(true)
    rmSync(folder, { recursive: true })
  })

  /** As the sender's `fetch`, with an authority that it trusts. */
  const trusting = Object.assign(
    (input: Parameters<typeof fetch>[0], init?: BunFetchRequestInit) =>
      fetch(input, { ...init, tls: { ...init?.tls, ca: certificate } }),
    { preconnect: fetch.preconnect },
  )
  const post = (host: string, by = trusting) =>
    pinnedPost(
      by,
      targetOf(`https://${host}:${server.port}/hook`, '127.0.0.1'),
      request,
      AbortSignal.timeout(5000),
      () => undefined,
    )
  const faultOf = async (host: string, by?: typeof trusting) => {
    try {
      await post(host, by)
      return 'none'
    } catch (error) {
      return networkFaultOf(error, false).code
    }
  }

  test('goes to an address, and is good where the certificate names the host', async () => {
    const response = await post(hostname)
    expect(await response.text()).toBe('好的')
    expect(hosts).toEqual([`${hostname}:${server.port}`])
  })

  test('is none where the certificate names another host, though it names the address', async () => {
    const before = hosts.length
    expect(await faultOf('other.example.com')).toBe('tls_wrong_name')
    expect(hosts).toHaveLength(before)
  })

  test('is none where nobody vouches for the certificate', async () => {
    expect(await faultOf(hostname, fetch as typeof trusting)).toBe('tls_unknown_authority')
  })
})

describe('a POST to a target with several addresses', () => {
  const url = `http://${hostname}:8080/hook?team=1`
  const send = async (
    addresses: [string, ...string[]],
    answers: Record<string, string | Response>,
  ) => {
    const asked: string[] = []
    const stub = async (input: Parameters<typeof fetch>[0]) => {
      asked.push(String(input))
      const answer = answers[new URL(String(input)).hostname]
      if (answer instanceof Response) return answer
      throw Object.assign(new Error('failed'), { code: answer })
    }
    const connected: string[] = []
    const outcome = await pinnedPost(
      stub as typeof fetch,
      targetOf(url, ...addresses),
      request,
      new AbortController().signal,
      (address) => void connected.push(address),
    ).then(
      ({ status }) => status,
      (error) => error.code,
    )
    return { asked, connected, outcome }
  }

  test('asks for addresses alone, so that nothing is resolved a second time', async () => {
    const { asked, connected, outcome } = await send(['8.8.8.8', '2a00::1'], {
      '8.8.8.8': 'ECONNREFUSED',
      '[2a00::1]': new Response(null, { status: 204 }),
    })
    expect(asked).toEqual([
      'http://8.8.8.8:8080/hook?team=1&nonce=1',
      'http://[2a00::1]:8080/hook?team=1&nonce=1',
    ])
    expect(connected).toEqual(['8.8.8.8', '2a00::1'])
    expect(outcome).toBe(204)
  })

  test('goes to no second one once the first may have read it', async () => {
    const { asked, outcome } = await send(['8.8.8.8', '8.8.4.4'], {
      '8.8.8.8': 'ECONNRESET',
      '8.8.4.4': new Response(null),
    })
    expect(asked).toHaveLength(1)
    expect(outcome).toBe('ECONNRESET')
  })

  test('tries three of them', async () => {
    const refusing = Object.fromEntries([1, 2, 3, 4].map((n) => [`8.8.8.${n}`, 'ECONNREFUSED']))
    const { asked } = await send(['8.8.8.1', '8.8.8.2', '8.8.8.3', '8.8.8.4'], refusing)
    expect(asked).toHaveLength(3)
  })
})
