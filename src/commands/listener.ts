/** An address that the service listens on, with TLS from files that may change while it runs. */
import { readFileSync } from 'node:fs'
import type { AnyElysia } from 'elysia'
import { reasonOf } from '../errors'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface ListenerParts {
  readonly app: AnyElysia
  readonly hostname: string
  /** 0 takes any free one. */
  readonly port: number
  readonly tls: TlsFiles | null
}

export interface Listener {
  /** Scheme, host and port as they came to be. */
  readonly origin: string
  /** Takes a changed certificate; requests under way are finished on the old one. */
  reloadTls(): void
  /** Takes no more and resolves when what was taken is answered; with `force`, at once. */
  stop(force?: boolean): Promise<void>
}

/** More than the largest callback; what is far larger is cut off by the server itself. */
const largestRequestBytes = 2 * 1024 * 1024

/** @throws {Error} the address can't be listened on, or a TLS file can't be read or used */
export const openListener = ({ app, hostname, port, tls }: ListenerParts): Listener => {
  const serve = (onPort: number) =>
    Bun.serve({
      hostname,
      port: onPort,
      fetch: app.fetch,
      maxRequestBodySize: largestRequestBytes,
      // With TLS a new server takes over the port of the old one when the certificate changes.
      reusePort: tls !== null,
      ...(tls && {
        tls: { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
      }),
    })

  let server = serve(port)
  const leaving = new Set<Promise<void>>()

  return {
    origin: server.url.origin,
    reloadTls() {
      if (tls === null) return
      const before = server
      server = serve(before.port ?? port)
      const left = before.stop().finally(() => leaving.delete(left))
      leaving.add(left)
    },
    async stop(force = false) {
      await Promise.all([server.stop(force), ...leaving])
    },
  }
}

/** Why a listener could not be opened, as one sentence for the operator. */
export const listenFailure = ({ hostname, port, tls }: ListenerParts, error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return `Port ${port} on ${hostname} is in use by another process.`
  if (code === 'ENOENT' && tls) return 'A file of SUITED_TLS_CERT or SUITED_TLS_KEY is missing.'
  return `suited can't listen on ${hostname}:${port}: ${reasonOf(error)}`
}
