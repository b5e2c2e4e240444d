/** The other ends of the connections on which requests come. */

/** The address of a request's other end; null where it came over no network. */
export type PeerOf = (request: Request) => string | null

export interface Peers {
  readonly of: PeerOf
  /** Said of each request before it is answered. */
  note(request: Request, server: Pick<Bun.Server<unknown>, 'requestIP'>): void
}

/** Of one who has hung up by the time it is asked about. */
const gone = 'unknown'

export const createPeers = (): Peers => {
  const servers = new WeakMap<Request, Pick<Bun.Server<unknown>, 'requestIP'>>()
  return {
    of(request) {
      const server = servers.get(request)
      return server ? (server.requestIP(request)?.address ?? gone) : null
    },
    note(request, server) {
      servers.set(request, server)
    },
  }
}
