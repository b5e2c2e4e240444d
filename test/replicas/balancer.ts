/** The load balancer: each connection goes to the next replica that takes it. */
import { connect as connectTo, createServer, type Socket } from 'node:net'

export interface Balancer {
  readonly port: number
  /** How many answers went through with which status, and which code where it is a refusal. */
  readonly answers: Readonly<Record<string, number>>
  close(): void
}

const connect = (port: number): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connectTo(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', () => resolve(null))
  })

/** @param portsNow those of the replicas that a health check would find */
export const openBalancer = async (portsNow: () => readonly number[]): Promise<Balancer> => {
  let turn = 0
  const sockets = new Set<Socket>()
  const hold = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }
  const answers: Record<string, number> = {}
  /** An answer begins where a piece does. */
  const count = (piece: Buffer) => {
    const text = piece.toString('latin1')
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
    if (status === undefined) return
    const [, code] = (status !== '200' && /"code":"(\w+)"/.exec(text)) || []
    const what = code === undefined ? status : `${status} ${code}`
    answers[what] = (answers[what] ?? 0) + 1
  }
  const next = async (): Promise<Socket | null> => {
    const ports = portsNow()
    turn += 1
    for (let n = 0; n < ports.length; n++) {
      const socket = await connect(ports[(turn + n) % ports.length]!)
      if (socket) return socket
    }
    return null
  }
  const server = createServer({ pauseOnConnect: true }, async (near) => {
    hold(near)
    const far = await next()
    if (far === null) return near.destroy()
    hold(far)
    near.pipe(far)
    far.pipe(near)
    far.on('data', count)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    answers,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
