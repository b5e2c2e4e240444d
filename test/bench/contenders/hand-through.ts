/**
 * A bare hand-through: Bun's server and its fetch. The method, the path, the query, the headers and
 * the body go on as they came, but for the token, one for all, that is put into the query. Nothing
 * is judged, nothing healed, and nobody watches the caller or the clock.
 */
const wecom = process.env.BENCH_WECOM ?? ''

/** In front of WeCom's own path. */
const ownPath = /^\/proxy\/corps\/[^/]+/

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch({ method, url, headers, body }) {
    const { pathname, searchParams } = new URL(url)
    searchParams.set('access_token', 'one-token-for-all')
    const up = new Headers(headers)
    for (const name of ['authorization', 'connection', 'host']) up.delete(name)
    up.set('accept-encoding', 'identity')
    const address = `${wecom}${pathname.replace(ownPath, '')}?${searchParams}`
    const answer = await fetch(address, { method, headers: up, body })
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  },
})
process.stdout.write(`${server.url.origin}\n`)
