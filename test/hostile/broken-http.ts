/** Requests that no client should send: what smuggles, what never ends well, what is no HTTP. */
import type { Random } from '../../src/retry'

const query = `msg_signature=${'0'.repeat(40)}&timestamp=1700000000&nonce=2`
const callback = `/callback/command?${query}`
const crlf = '\r\n'

const head = (line: string, ...headers: string[]): string =>
  [line, 'Host: suited.example', ...headers, '', ''].join(crlf)

const post = (...headers: string[]): string => head(`POST ${callback} HTTP/1.1`, ...headers)

/**
 * What a smuggler hides behind an innocent request: if it is answered by itself, it got through.
 */
const hidden = (adminToken: string): string =>
  head('GET /api/status HTTP/1.1', `Authorization: Bearer ${adminToken}`)

const anyBytes = (chance: Random, length: number): string =>
  String.fromCharCode(...Array.from({ length }, () => Math.floor(chance() * 256)))

/** Makes such a request, as text of one byte a character. */
export type Shape = (chance: Random) => string

/**
 * By name. Those whose name begins with `smuggling` hide a request that must never be answered:
 * each of them has to be refused, or taken as one request.
 *
 * @param adminToken the real one: what is hidden would be answered with 200 if it got through
 */
export const brokenHttp = (adminToken: string): Readonly<Record<string, Shape>> => {
  const inner = hidden(adminToken)
  const chunk = (text: string, extension = '') =>
    `${text.length.toString(16)}${extension}${crlf}${text}${crlf}`
  return {
    'smuggling: Content-Length before Transfer-Encoding': () =>
      `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0${crlf}${crlf}${inner}`,
    'smuggling: Transfer-Encoding before Content-Length': () =>
      `${post('Transfer-Encoding: chunked', `Content-Length: ${inner.length}`)}0${crlf}${crlf}${inner}`,
    'smuggling: two different lengths': () =>
      `${post('Content-Length: 0', `Content-Length: ${inner.length}`)}${inner}`,
    'smuggling: a list of lengths': () => `${post(`Content-Length: 0, ${inner.length}`)}${inner}`,
    'smuggling: a length with a sign': () => `${post('Content-Length: +0')}${inner}`,
    'smuggling: a length in hex': () => `${post('Content-Length: 0x0')}${inner}`,
    'smuggling: an encoding in disguise': () =>
      `${post('Transfer-Encoding: xchunked', 'Content-Length: 0')}${inner}`,
    'smuggling: an encoding behind a tab': () =>
      `${post('Transfer-Encoding:\tchunked', `Content-Length: ${inner.length + 5}`)}0${crlf}${crlf}${inner}`,
    'smuggling: chunked twice': () =>
      `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0${crlf}${crlf}${inner}`,
    'smuggling: a blank before the colon': () =>
      `${post(`Content-Length : ${inner.length}`)}${inner}`,
    'smuggling: a folded header': () =>
      `${post('X-Folded: a', ` Content-Length: ${inner.length}`, 'Content-Length: 0')}`,
    'smuggling: a bare LF between headers': () =>
      `POST ${callback} HTTP/1.1\nHost: x\nContent-Length: 0\n\n${inner}`,
    'smuggling: a bare CR in a header': () => `${post('X: a\rContent-Length: 9')}${inner}`,
    'smuggling: a NUL in a header': () => `${post('X: a\0b', 'Content-Length: 0')}${inner}`,
    'smuggling: a chunk that is longer than it says': () =>
      `${post('Transfer-Encoding: chunked')}1${crlf}ab${crlf}0${crlf}${crlf}${inner}`,
    'smuggling: a chunk size with a sign': () =>
      `${post('Transfer-Encoding: chunked')}-1${crlf}${crlf}${inner}`,
    'smuggling: a chunk size of 17 digits': () =>
      `${post('Transfer-Encoding: chunked')}${'f'.repeat(17)}${crlf}${inner}`,
    'smuggling: a chunk ended by LF alone': () =>
      `${post('Transfer-Encoding: chunked')}0\n\n${inner}`,
    'smuggling: HTTP/1.0 with chunks': () =>
      `${head(`POST ${callback} HTTP/1.0`, 'Transfer-Encoding: chunked')}0${crlf}${crlf}${inner}`,
    'smuggling: a request among the trailers': () =>
      `${post('Transfer-Encoding: chunked')}${chunk('<xml>')}0${crlf}${inner}`,
    'a chunk extension': () =>
      `${post('Transfer-Encoding: chunked', 'Connection: close')}${chunk('<xml>', ';a="b"')}0${crlf}${crlf}`,
    'an endless chunk extension': () =>
      `${post('Transfer-Encoding: chunked')}5;${'a'.repeat(100_000)}`,
    trailers: () =>
      `${post('Transfer-Encoding: chunked', 'Connection: close')}${chunk('<xml>')}0${crlf}Host: y${crlf}${crlf}`,
    'an absolute target': () =>
      head(`GET http://evil.example${callback} HTTP/1.1`, 'Connection: close'),
    'the target *': () => head('OPTIONS * HTTP/1.1', 'Connection: close'),
    'a tunnel': () => head('CONNECT evil.example:443 HTTP/1.1'),
    'a target without a slash': () => head('GET callback/command HTTP/1.1', 'Connection: close'),
    'two hosts': () => head('GET /healthz HTTP/1.1', 'Host: evil.example', 'Connection: close'),
    'no host': () => `GET /healthz HTTP/1.1${crlf}Connection: close${crlf}${crlf}`,
    'a host that is none': () =>
      `GET / HTTP/1.1${crlf}Host: [[[${crlf}Connection: close${crlf}${crlf}`,
    'an upgrade to HTTP/2': () =>
      head('GET / HTTP/1.1', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'),
    'the preface of HTTP/2': () => `PRI * HTTP/2.0${crlf}${crlf}SM${crlf}${crlf}`,
    'an upgrade to a websocket': () =>
      head(
        'GET /api/events/stream HTTP/1.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ),
    'HTTP/0.9': () => `GET /${crlf}`,
    'HTTP/9.9': () => head('GET / HTTP/9.9'),
    'a method of its own': () => head('BREW /api/status HTTP/1.1', 'Connection: close'),
    'a giant address': () => head(`GET /sign?url=${'a'.repeat(200_000)} HTTP/1.1`),
    'a long address': () => head(`GET /sign?url=${'a'.repeat(9000)} HTTP/1.1`, 'Connection: close'),
    'a giant header': () => head('GET / HTTP/1.1', `X: ${'a'.repeat(200_000)}`),
    'ten thousand headers': () => head('GET / HTTP/1.1', ...Array<string>(10_000).fill('a: b')),
    'a header without a name': () => head('GET / HTTP/1.1', ': x'),
    'a header without a colon': () => head('GET / HTTP/1.1', 'nonsense'),
    'a TLS handshake': (chance) =>
      `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${anyBytes(chance, 500)}`,
    noise: (chance) => anyBytes(chance, 1 + Math.floor(chance() * 2000)),
    zeros: () => '\0'.repeat(1000),
    'an expectation': () =>
      `${post('Expect: 100-continue', 'Content-Length: 5', 'Connection: close')}<xml>`,
    'another expectation': () =>
      `${post('Expect: a-miracle', 'Content-Length: 5', 'Connection: close')}<xml>`,
    'a body that is gzip': () =>
      `${post('Content-Encoding: gzip', 'Content-Length: 5', 'Connection: close')}\x1f\x8b\x08\x00\x00`,
    ranges: () =>
      head('GET /swagger/swagger-ui.css HTTP/1.1', 'Range: bytes=0-,0-,5-1', 'Connection: close'),
    'many requests at once': () => head('GET /nothing HTTP/1.1').repeat(50),
  }
}
