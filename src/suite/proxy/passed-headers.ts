/** Which headers pass between a caller and WeCom, up and down. Pure. */

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

/** Who the caller is, and what it shows to suited, is none of WeCom's business. */
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
  'x-real-ip',
])

const notUpBeginnings: readonly string[] = ['cf-', 'proxy-', 'sec-', 'suited-', 'x-forwarded-']

/** What WeCom's host says for itself would hold for ours. Lengths are told anew. */
const notDown: ReadonlySet<string> = new Set([
  ...hopByHop,
  'alt-svc',
  'clear-site-data',
  'content-length',
  'content-security-policy',
  'content-security-policy-report-only',
  'nel',
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
): Headers => {
  const own = ofConnection(headers)
  const kept = new Headers()
  headers.forEach((value, name) => {
    if (names.has(name) || own.has(name)) return
    if (beginnings.some((beginning) => name.startsWith(beginning))) return
    kept.append(name, value)
  })
  return kept
}

/** The caller's headers as they go to WeCom, which is asked for answers that aren't compressed. */
export const headersUp = (headers: Headers, contentLength: number | null): Headers => {
  const up = passed(headers, notUp, notUpBeginnings)
  up.set('accept-encoding', 'identity')
  if (contentLength !== null) up.set('content-length', String(contentLength))
  return up
}

/** WeCom's headers as they go to the caller, without lengths. */
export const headersDown = (headers: Headers): Headers =>
  passed(headers, notDown, notDownBeginnings)
