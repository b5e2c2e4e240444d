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

const notUpBeginnings: readonly string[] = ['cf-', 'proxy-', 'sec-', 'suited-', 'x-forwarded-']

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

const notDownBeginnings: readonly string[] = ['access-control-', 'proxy-', 'suited-']

const none: ReadonlySet<string> = new Set()

/** The headers that a message itself calls those of its connection. */
const ofConnection = (headers: Headers): ReadonlySet<string> => {
  const named = headers.get('connection')
  return named === null ? none : new Set(named.toLowerCase().split(/[\s,]+/))
}

const passed = (
  headers: Headers,
  names: ReadonlySet<string>,
  beginnings: readonly string[],
  isSecret: (value: string) => boolean,
): Headers => {
  const own = ofConnection(headers)
  const kept = new Headers()
  headers.forEach((value, name) => {
    if (names.has(name) || own.has(name)) return
    if (beginnings.some((beginning) => name.startsWith(beginning))) return
    if (isSecret(value)) return
    kept.append(name, value)
  })
  return kept
}

/**
 * The caller's headers as they go to WeCom, which is asked for answers that aren't compressed. One
 * that holds a key of suited's, under whatever name, stays behind.
 */
export const headersUp = (headers: Headers, contentLength: number | null): Headers => {
  const up = passed(headers, notUp, notUpBeginnings, holdsOwnKey)
  up.set('accept-encoding', 'identity')
  if (contentLength !== null) up.set('content-length', String(contentLength))
  return up
}

/**
 * WeCom's headers as they go to the caller, without lengths.
 *
 * @param token the one that the call went up with: a header that repeats it stays behind
 */
export const headersDown = (headers: Headers, token: string): Headers =>
  passed(headers, notDown, notDownBeginnings, (value) => value.includes(token))
