/** A forwarder on the loopback that can fall silent: it drops what passes and closes nothing. */
import { connect, createServer, type Socket } from 'node:net'

export interface Forwarder {
  readonly port: number
  /** Drops what comes over connections that are there; new ones are forwarded. */
  dropEstablished(direction: 'both ways' | 'answers'): void
  /** Drops whatever comes over any connection, until it is false. */
  isCut: boolean
  close(): Promise<void>
}

interface Drops {
  requests: boolean
  answers: boolean
}

/** @param target the port of the server */
export const openForwarder = async (target: number): Promise<Forwarder> => {
  const sockets = new Set<Socket>()
  let established = new Set<Drops>()
  const forwarder = { isCut: false }

  const server = createServer((client) => {
    const drops: Drops = { requests: false, answers: false }
    established.add(drops)
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('data', (bytes) => {
      if (!forwarder.isCut && !drops.requests) upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!forwarder.isCut && !drops.answers) client.write(bytes)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => {
      if (!forwarder.isCut && !drops.answers) client.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return Object.assign(forwarder, {
    port: typeof address === 'object' && address ? address.port : 0,
    dropEstablished(direction: 'both ways' | 'answers') {
      for (const drops of established) {
        drops.answers = true
        drops.requests = direction === 'both ways'
      }
      established = new Set()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
}
