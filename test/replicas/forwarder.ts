/**
 * A way between two ports of this machine that a test can cut. What is cut drops without closing,
 * as a network does that lost its route.
 */
import { connect as connectTo, createServer, type Socket } from 'node:net'

/** Which direction nothing goes through any more. */
export type Cut = 'both ways' | 'to the server' | 'from the server'

export interface Forwarder {
  readonly port: number
  /** From now on what comes is dropped, on connections that stand too. */
  cut(which: Cut): void
  /** What comes goes through again. */
  heal(): void
  /** New connections go to another server from now on; those to the one before end. */
  redirect(target: number): void
  close(): void
}

export const openForwarder = async (target: number): Promise<Forwarder> => {
  const sockets = new Set<Socket>()
  let dropped: Cut | null = null
  let leadsTo = target
  const hold = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = connectTo(leadsTo, '127.0.0.1')
    hold(near)
    hold(far)
    near.on('data', (bytes) => {
      if (dropped === null || dropped === 'from the server') far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (dropped === null || dropped === 'to the server') near.write(bytes)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => {
      if (dropped === null) near.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut(which) {
      dropped = which
    },
    heal() {
      dropped = null
    },
    redirect(next) {
      leadsTo = next
      for (const socket of sockets) socket.destroy()
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
