/** The other ends of the connections on which requests come. */

/** The address of a request's other end; null where it came over no network. */
export type PeerOf = (request: Request) => string | null

type Server = Pick<Bun.Server<unknown>, 'requestIP'>

export interface Peers {
  readonly of: PeerOf
  /** Said of each request before it is answered. It holds until it is said of another one… */
  note(request: Request, server: Server): void
  /** …and after that where this was said: of those that take longer. */
  keep(request: Request, server: Server): void
}

/** Of one who has hung up by the time it is asked about. */
const gone = 'unknown'

export const createPeers = (): Peers => {
  let latest: { readonly request: Request; readonly server: Server } | null = null
  const servers = new WeakMap<Request, Server>()
  return {
    of(request) {
      const server = latest?.request === request ? latest.server : servers.get(request)
      return server ? (server.requestIP(request)?.address ?? gone) : null
    },
    note(request, server) {
      latest = { request, server }
    },
    keep(request, server) {
      servers.set(request, server)
    },
  }
}
