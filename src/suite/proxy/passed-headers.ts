/** Which headers pass between a caller and WeCom, up and down. Pure. */
import { holdsOwnKey } from './own-keys'

/** RFC 9110, section 7.6.1: of one connection alone. `Expect` is answered by the server. */
const hopByHop: readonly string[] = [
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * Who the caller is, and what it shows to suited, is none of WeCom's business; and what some
 * servers take for another method or path would be a way around the limits of a key.
 */
const notUp: ReadonlySet<string> = new Set([
  ...hopByHop,
  'accept-encoding',
  'authorization',
  'baggage',
  'content-length',
  'cookie',
  'forwarded',
  'host',
  'origin',
  'referer',
  'traceparent',
  'tracestate',
  'true-client-ip',
  'via',
  'x-client-ip',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-real-ip',
  'x-rewrite-url',
])

const notUpBeginnings = /^(?:cf|proxy|sec|suited|x-forwarded)-/

/**
 * What WeCom's host says for itself would hold for ours, and what leads back to the address that
 * was called would tell its token. Lengths are told anew.
 */
const notDown: ReadonlySet<string> = new Set([
  ...hopByHop,
  'alt-svc',
  'clear-site-data',
  'content-length',
  'content-location',
  'content-security-policy',
  'content-security-policy-report-only',
  'link',
  'location',
  'nel',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
])

const notDownBeginnings = /^(?:access-control|proxy|suited)-/

/** By their names in small letters. A plain object costs half of what a Headers does. */
export type PassedHeaders = Readonly<Record<string, string>>

const none: ReadonlySet<string> = new Set()

/** The headers that a message itself calls those of its connection. */
const ofConnection = (headers: Headers): ReadonlySet<string> => {
  const named = headers.get('connection')
  // What nearly all say names none.
  if (named === null || named === 'keep-alive') return none
  return new Set(named.toLowerCase().split(/[\s,]+/))
}

const passed = (
  headers: Headers,
  names: ReadonlySet<string>,
  beginnings: RegExp,
  isSecret: (value: string) => boolean,
): Record<string, string> => {
  const own = ofConnection(headers)
  const kept: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (names.has(name) || own.has(name) || beginnings.test(name) || isSecret(value)) continue
    kept[name] = value
  }
  return kept
}

/**
 * The caller's headers as they go to WeCom, which is asked for answers that aren't compressed. One
 * that holds a key of suited's, under whatever name, stays behind.
 */
export const headersUp = (headers: Headers, contentLength: number | null): PassedHeaders => {
  const up = passed(headers, notUp, notUpBeginnings, holdsOwnKey)
  up['accept-encoding'] = 'identity'
  if (contentLength !== null) up['content-length'] = String(contentLength)
  return up
}

/**
 * WeCom's headers as they go to the caller, without lengths.
 *
 * @param token the one that the call went up with: a header that repeats it stays behind
 */
export const headersDown = (headers: Headers, token: string): PassedHeaders =>
  passed(headers, notDown, notDownBeginnings, (value) => value.includes(token))
