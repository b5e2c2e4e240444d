/** WeCom in a box: everything that the simulator is, put together. */
import type { Clock } from '../clock'
import type { Random } from '../retry'
import { answerApi } from './api/api'
import { answerPage, pagePaths } from './api/pages/pages'
import { createApp, failure, type SimulatorApp } from './app'
import { type Calls, createCalls } from './faults/calls'
import { resetHeader } from './faults/fault-strike'
import { createFaults, type Faults } from './faults/faults'
import type { OpenPage } from './phone/ask'
import { createPhones, type Phones } from './phone/phone'
import type { Send } from './push/delivery'
import { createPusher, type Pusher } from './push/pusher'
import { createRequestHandler } from './request-handler'
import { createWorld, type WorldOptions } from './world/create-world'
import { suiteNamed } from './world/installations'
import { acceptsSignature, type PageSignature, type SignatureVerdict } from './world/jssdk'
import { issueTicket, type KillFilter, killTokens } from './world/tokens'
import type { World } from './world/world'

export interface SimulatorOptions extends WorldOptions {
  /** Every deadline, life and delay goes by it. */
  readonly clock: Clock
  /** All ids, secrets, tokens and nonces come from it: the same numbers give the same world. */
  readonly random: Random
  /** Carries the pushes to the backend under test; it may answer in-process. */
  readonly send: Send
  /** The wait before a push is tried again, in milliseconds. Default 1000; WeCom's is unknown. */
  readonly retryAfterMs?: number | undefined
  /** How many calls are remembered, at least. Default 10000. */
  readonly callLimit?: number | undefined
}

/** A function that can stand in for the global `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface Simulator {
  /** The web server: `simulator.app.listen(port)` serves it, `app.stop()` ends it. */
  readonly app: SimulatorApp
  /**
   * Answers in-process, whatever the host of the address: hand it to a backend as its `fetch`.
   * Rejects with the signal's reason when that aborts, and with an error whose code is
   * `ECONNRESET` where a fault cuts the connection. Redirects are returned, not followed.
   */
  readonly fetch: Fetch
  /** The state, open to be read and changed. */
  readonly world: World
  /** Everything that WeCom pushes. */
  readonly pusher: Pusher
  /** People who open addresses: through `send`, and WeCom's pages in-process. */
  readonly phones: Phones
  readonly faults: Faults
  readonly calls: Calls
  /**
   * A fresh suite_ticket that is the newest at once, for use without a push.
   *
   * @throws {ServiceError} suite_not_found
   */
  issueTicket(suiteId: string): string
  /** Ends tokens early, see the function of the same name in `tokens`. Returns how many. */
  killTokens(filter?: KillFilter): number
  /** What WeCom's client would say to a page's signature. */
  acceptsSignature(page: PageSignature): SignatureVerdict
}

const connectionReset = () =>
  Object.assign(new Error('The connection was cut by a fault of the simulator'), {
    code: 'ECONNRESET',
  })

/** Settles as `work` does, unless the signal aborts first. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

/**
 * A WeCom of its own: the API and the pages that a third-party app's backend calls, and the
 * callbacks that it receives.
 *
 * Nothing happens by itself: no server listens, no ticket is pushed and no callback URL is known
 * until `app.listen`, `pusher.startTickets` and `pusher.saveUrls` (or `suites: [{ commandUrl,
 * dataUrl }]` among the options) are used. As a backend's own world:
 *
 * ```ts
 * const simulator = createSimulator({ clock, random, send: (url, init) => backend(url, init) })
 * const [suite] = simulator.world.suites.values()   // ids, secrets, Token, EncodingAESKey
 * // … start the backend with these and with simulator.fetch …
 * await simulator.pusher.saveUrls(suite.suiteId, { commandUrl, dataUrl })
 * await simulator.pusher.pushTicket(suite.suiteId)
 * await simulator.pusher.install(suite.suiteId, corpid)
 * ```
 *
 * @throws {ServiceError} invalid_request — an EncodingAESKey among the options is none
 */
export const createSimulator = (options: SimulatorOptions): Simulator => {
  const { clock, send } = options
  const world = createWorld(options)
  const calls = createCalls(options.callLimit ?? 10_000)
  const faults = createFaults(() => clock.now())
  const pusher = createPusher({ world, clock, send, retryAfterMs: options.retryAfterMs ?? 1000 })
  const handle = createRequestHandler({ world, calls, faults })
  const openPage: OpenPage = (request, visitor) =>
    handle(request, null, (_, arrived) =>
      answerPage({ world, visitor, installByQr: pusher.install }, arrived),
    )
  const phones = createPhones({
    clock,
    send,
    isWecomPage: ({ pathname }) => pagePaths.includes(pathname),
    openWecomPage: openPage,
  })
  let app: SimulatorApp | null = null
  const server = (): SimulatorApp => {
    app ??= createApp({ world, calls, faults, pusher, phones, handle, openPage })
    return app
  }
  /** As the web server does; a backend that calls WeCom's API in-process needs none. */
  const answer = (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith('/cgi-bin/')) return server().handle(request)
    return handle(request, null, answerApi).catch((error) => failure(error, 'UNKNOWN', pathname))
  }
  return {
    get app() {
      return server()
    },
    fetch: async (input, init) => {
      const request =
        input instanceof Request ? new Request(input, init) : new Request(String(input), init)
      const response = await unlessAborted(answer(request), request.signal)
      if (response.headers.has(resetHeader)) throw connectionReset()
      return response
    },
    world,
    pusher,
    phones,
    faults,
    calls,
    issueTicket: (suiteId) => issueTicket(world, suiteNamed(world, suiteId).suiteId),
    killTokens: (filter) => killTokens(world, filter),
    acceptsSignature: (page) => acceptsSignature(world, page),
  }
}
