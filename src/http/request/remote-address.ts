/** The remote addresses of the connections on which requests come. */

/** The address of a request's other end; null where it came over no network. */
export type RemoteAddressOf = (request: Request) => string | null

type Server = Pick<Bun.Server<unknown>, 'requestIP'>

export interface RemoteAddresses {
  readonly of: RemoteAddressOf
  /** Called for each request before it is answered. It holds until it is called for the next… */
  setCurrent(request: Request, server: Server): void
  /** …and beyond that for requests that this was called for: those that take longer. */
  remember(request: Request, server: Server): void
}

/** The address of a client that has hung up by the time it is asked for. */
const gone = 'unknown'

export const createRemoteAddresses = (): RemoteAddresses => {
  let latest: { readonly request: Request; readonly server: Server } | null = null
  const servers = new WeakMap<Request, Server>()
  return {
    of(request) {
      const server = latest?.request === request ? latest.server : servers.get(request)
      return server ? (server.requestIP(request)?.address ?? gone) : null
    },
    setCurrent(request, server) {
      latest = { request, server }
    },
    remember(request, server) {
      servers.set(request, server)
    },
  }
}
