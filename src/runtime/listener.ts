/** An address that the service listens on, with TLS from files that may change while it runs. */
import type { Answer } from '../app'
import { systemClock } from '../clock'
import { reasonOf } from '../errors'
import { isEventStream } from '../http/answer/headers'
import { asServiceError, problemResponse } from '../http/answer/problem'
import type { RemoteAddresses } from '../http/request/remote-address'
import type { Logger } from '../log'
import { exitCodes, giveUp } from './process/exit'
import { readTlsFiles, type TlsFiles, TlsUnusable } from './tls/tls-files'

export interface ListenerParts {
  readonly answer: Answer
  readonly hostname: string
  /** 0 takes any free one. */
  readonly port: number
  readonly tls: TlsFiles | null
  readonly log: Logger
  readonly remoteAddresses: RemoteAddresses
  /** Whether a request goes on to WeCom: it may take longer, and more of it is let in. */
  isProxied(request: Request): boolean
  /** Told when a request was answered although another answer had taken its place meanwhile. */
  onLate(): void
}

export interface Listener {
  /** Scheme, host and port as they came to be. */
  readonly origin: string
  /** Later requests are answered otherwise; those under way are finished by the one before. */
  serve(answer: Answer): void
  /**
   * Takes a changed certificate; requests under way are finished on the old one.
   *
   * @throws {Error} a file can't be read or used; the old certificate stays
   */
  reloadTls(): void
  /** Takes no more and resolves when what was taken is answered; with `force`, at once. */
  stop(force?: boolean): Promise<void>
}

/**
 * More than WeCom takes of anybody, for the proxy alone: other routes refuse what is too large for
 * them, and of what nobody reads the server lets no more than about 1 MiB come.
 */
const largestRequestBytes = 1024 * 1024 * 1024

/**
 * A connection on which nothing comes or goes for so long is closed: whoever sends slowly, or
 * nothing.
 */
const idleSeconds = 10

/**
 * To Bun a connection is idle while its answer is worked on; calls to a WeCom that hangs take long.
 */
const workSeconds = 120

/**
 * A stream of events shows a sign of life every 15 seconds. One whose reader takes none of them
 * for so long is closed.
 */
const streamSeconds = 60

/** As long as Bun can keep one. Uploads that come all the time are idle to it too. */
const proxiedSeconds = 255

/** How long the connection may be silent while an answer goes out. */
const idleSecondsOf = (response: Response, proxied: boolean): number => {
  if (!proxied && isEventStream(response)) return streamSeconds
  // What was let in may take its time with a download too.
  return proxied && response.ok ? workSeconds : idleSeconds
}

/** What reached the server with the old certificate before the new one was there is let in. */
const overlapMs = 100

/** @throws {Error} the address can't be listened on, or a TLS file can't be read or used */
export const openListener = (parts: ListenerParts): Listener => {
  const { hostname, tls, log, remoteAddresses, isProxied, onLate } = parts
  let { answer } = parts

  const awaited = async (
    answered: Promise<Response>,
    request: Request,
    server: Bun.Server<unknown>,
  ): Promise<Response> => {
    const own = answer
    remoteAddresses.remember(request, server)
    const proxied = isProxied(request)
    server.timeout(request, proxied ? proxiedSeconds : workSeconds)
    const response = await answered
    server.timeout(request, idleSecondsOf(response, proxied))
    if (own !== answer) onLate()
    return response
  }

  const open = (port: number) =>
    Bun.serve({
      hostname,
      port,
      fetch(request, server) {
        remoteAddresses.setCurrent(request, server)
        const answered = answer(request)
        return answered instanceof Promise ? awaited(answered, request, server) : answered
      },
      maxRequestBodySize: largestRequestBytes,
      idleTimeout: idleSeconds,
      // In development Bun answers what nobody caught with a page that shows the source.
      development: false,
      error(error) {
        log.error('a request failed outside of the routes', { reason: reasonOf(error) })
        return problemResponse(asServiceError(error))
      },
      // A server with a new certificate takes over the port while the old one finishes.
      reusePort: tls !== null,
      ...(tls && { tls: readTlsFiles(tls) }),
    })

  let server = open(parts.port)
  const leaving = new Set<Promise<void>>()

  return {
    origin: server.url.origin,
    serve(next) {
      answer = next
    },
    reloadTls() {
      if (tls === null) return
      const before = server
      server = open(before.port ?? parts.port)
      const left = systemClock
        .sleep(overlapMs)
        .then(() => before.stop())
        .finally(() => leaving.delete(left))
      leaving.add(left)
    },
    async stop(force = false) {
      await Promise.all([server.stop(force), ...leaving])
    },
  }
}

/** Why a listener could not be opened, as one sentence for the operator. */
const listenFailure = (
  { hostname, port }: Pick<ListenerParts, 'hostname' | 'port'>,
  error: unknown,
): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = code === 'EADDRINUSE' ? 'another process does' : reasonOf(error)
  return `suited can't listen on ${hostname}:${port}: ${reason}.`
}

/** @throws {StartFailure} the address can't be listened on, or a TLS file can't be used */
export const openOrGiveUp = (parts: ListenerParts): Listener => {
  try {
    return openListener(parts)
  } catch (error) {
    const code = error instanceof TlsUnusable ? exitCodes.badSettings : exitCodes.unavailable
    return giveUp(code, listenFailure(parts, error))
  }
}
