/** The headers of every answer, for browsers. */

/**
 * Nothing of ours is framed, sniffed, kept or embedded; an answer that is no page loads nothing.
 */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** For what no cache may hold, whoever stands between. */
export const noStore = { 'cache-control': 'no-store' }

/** For events that are sent as they come. */
export const eventStreamHeaders = {
  ...noStore,
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies of the nginx kind would keep events back until a buffer is full.
  'x-accel-buffering': 'no',
}

export const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type') === eventStreamHeaders['content-type']

/** For where TLS is ours: browsers that came once come by https alone, for half a year. */
const httpsHeaders = { 'strict-transport-security': 'max-age=15552000' }

/** What every answer of a listener has, with TLS of its own or without. */
export const headersOfListener = (https: boolean): Record<string, string> => ({
  ...safeHeaders,
  ...(https && httpsHeaders),
})

/** Adds what an answer doesn't say already. */
export const addMissing = (
  headers: Headers,
  others: Iterable<readonly [name: string, value: unknown]>,
): void => {
  for (const [name, value] of others) {
    if (!headers.has(name)) headers.set(name, String(value))
  }
}

/**
 * In place of those above, for a page.
 *
 * @param sources what it may load, as CSP directives beside `default-src 'none'`
 */
export const pageHeaders = (sources: readonly string[]): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    ...sources,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-cache',
})
