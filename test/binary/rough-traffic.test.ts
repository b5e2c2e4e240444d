import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openSocket, sendRaw } from './socket'
import { logLines, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

/** One service goes through all of it. */
const workshop = useWorkshop(afterAll)

let wecom: Wecom
let suited: Suited

beforeAll(async () => {
  wecom = workshop.wecom()
  suited = await workshop.serviceFor(wecom, await workshop.folder())
})

const expectUnharmed = async () => {
  await wecom.giveTicket(suited)
  expect(suited.process.exitCode).toBeNull()
  // Parsing them is the point: each line is JSON.
  expect(logLines(suited.process.stderr).length).toBeGreaterThan(0)
}

const query = `msg_signature=${'0'.repeat(40)}&timestamp=1700000000&nonce=2`
const largestCallbackBytes = 1024 * 1024

describe('bodies', () => {
  const post = (body: RequestInit['body']) =>
    fetch(`${suited.url}/callback/command?${query}`, { method: 'POST', body: body ?? null })

  test('one byte more than a callback may have is answered 413, announced or not', async () => {
    const body = 'x'.repeat(largestCallbackBytes + 1)
    for (const sent of [body, new Blob([body]).stream()]) {
      const answer = await post(sent)
      expect(answer.status).toBe(413)
      expect(await answer.json()).toMatchObject({ code: 'body_too_large' })
    }
    await expectUnharmed()
  })

  test('exactly as much as a callback may have is read and judged', async () => {
    const answer = await post('x'.repeat(largestCallbackBytes))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'malformed_xml' })
  })

  test('far more than that is refused and harms nobody', async () => {
    const answer = await post('x'.repeat(20 * largestCallbackBytes)).catch(() => null)
    expect([413, undefined]).toContain(answer?.status)
    await expectUnharmed()
  })

  test('a hundred that never end hold up no other request, and neither does their breaking off', async () => {
    const begun = `POST /callback/command?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml>`
    const sockets = await Promise.all(
      Array.from({ length: 100 }, () => openSocket(suited.url, begun)),
    )
    await expectUnharmed()
    for (const socket of sockets) socket.destroy()
    await expectUnharmed()
  })

  test('two thousand connections that send nothing, or half a head, hold up no other request', async () => {
    const halves = ['', 'GET /healthz HT', 'POST /sign HTTP/1.1\r\nHost: x\r\nContent-Le']
    const sockets = await Promise.all(
      Array.from({ length: 2000 }, (_, i) => openSocket(suited.url, halves[i % 3]!)),
    )
    await expectUnharmed()
    for (const socket of sockets) socket.destroy()
    await expectUnharmed()
  })

  test.each([
    ['cut off', 'Content-Length: 1000', '<xml>'],
    ['in chunks without a size', 'Transfer-Encoding: chunked', 'zz\r\n<xml>\r\n0\r\n\r\n'],
    ['of a negative length', 'Content-Length: -1', ''],
    ['of two lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
  ])('a body %s is never taken', async (_, header, body) => {
    const head = `POST /callback/command?${query} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`
    expect(await sendRaw(suited.url, head + body)).not.toStartWith('HTTP/1.1 2')
    await expectUnharmed()
  })
})

describe('garbage on the port', () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 251)

  test.each<[string, string | Uint8Array]>([
    ['noise', noise],
    ['a TLS handshake', Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3)],
    ['nothing at all', ''],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n'],
    ['an endless path', `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['ten thousand headers', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(10_000)}\r\n`],
    ['a method of its own', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['broken escapes', 'GET /callback/data/%zz?timestamp=%&nonce=%e4 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s ends no process and gets no success', async (_, bytes) => {
    expect(await sendRaw(suited.url, bytes)).not.toStartWith('HTTP/1.1 2')
    await expectUnharmed()
  })

  test.each(['/', '/swagger', '/nothing', '/sign?corpid=a&url=b', `/callback/command?${query}`])(
    'a Host that is none gets an answer that shows nothing of the inside: %s',
    async (path) => {
      for (const host of ['[[[', 'a b', '']) {
        const answer = await sendRaw(suited.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
        expect(answer).not.toMatch(/\.ts\b|\bat .*:\d+|node_modules|bunfs/)
        expect(answer.length).toBeLessThan(2000)
      }
      await expectUnharmed()
    },
  )
})
