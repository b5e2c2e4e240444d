/** A reverse proxy that serves a service below a path, and strips that path as nginx does. */

export interface PrefixProxy {
  /** With the path, without a slash at the end. */
  readonly url: string
  /** Requests go there from now on. */
  forwardTo(url: string): void
  stop(): Promise<void>
}

export const startPrefixProxy = (prefix: string): PrefixProxy => {
  let upstream: string | null = null
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const rest = request.url.slice(server.url.origin.length)
      if (upstream === null || !rest.startsWith(`${prefix}/`)) {
        return new Response(null, { status: 404 })
      }
      return fetch(upstream + rest.slice(prefix.length), {
        method: request.method,
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
      })
    },
  })
  return {
    url: server.url.origin + prefix,
    forwardTo(url) {
      upstream = url
    },
    async stop() {
      await server.stop(true)
    },
  }
}
