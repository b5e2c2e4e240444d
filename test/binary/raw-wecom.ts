/**
 * A WeCom in front of the simulator whose connections the test has in its hands: calls below
 * /cgi-bin/raw/ it answers byte by byte, or not at all; all others the simulator answers.
 */
import { createServer, type Socket } from 'node:net'

export interface RawCall {
  /** The request up to its body. */
  readonly head: string
  /** What of its body came together with that, a character for each byte. */
  readonly begun: string
  readonly socket: Socket
}

export interface RawWecom {
  readonly url: string
  /** How a call below /cgi-bin/raw/ is answered, by the rest of its path. */
  readonly answers: Record<string, (call: RawCall) => void>
  /** Connections on which such a call is under way. */
  openCalls(): number
  stop(): void
}

const headEnd = '\r\n\r\n'

const passOn = async (simulator: string, request: string, socket: Socket): Promise<void> => {
  const [head = '', body = ''] = request.split(headEnd)
  const [method = '', path = ''] = head.split(' ')
  const answer = await fetch(`${simulator}${path}`, {
    method,
    ...(method === 'POST' && { body }),
  })
  const text = await answer.text()
  socket.end(
    `HTTP/1.1 ${answer.status} OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}${headEnd}${text}`,
  )
}

const isWhole = (request: string): boolean => {
  const end = request.indexOf(headEnd)
  const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0)
  return end !== -1 && request.length - end - headEnd.length >= length
}

export const startRawWecom = async (simulator: string): Promise<RawWecom> => {
  const calls = new Set<Socket>()
  const answers: RawWecom['answers'] = {}
  const server = createServer((socket) => {
    let request = ''
    socket.on('error', () => undefined)
    socket.on('close', () => calls.delete(socket))
    const read = (bytes: Buffer) => {
      request += bytes.toString('latin1')
      const [, own] = /^\w+ \/cgi-bin\/raw\/(\w+)\?.*?\r\n\r\n/s.exec(request) ?? []
      if (own !== undefined) {
        socket.off('data', read)
        calls.add(socket)
        const end = request.indexOf(headEnd)
        const begun = request.slice(end + headEnd.length)
        answers[own]?.({ head: request.slice(0, end), begun, socket })
      } else if (!/^\w+ \/cgi-bin\/raw\//.test(request) && isWhole(request)) {
        socket.off('data', read)
        passOn(simulator, request, socket).catch(() => socket.destroy())
      }
    }
    socket.on('data', read)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2000, resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    openCalls: () => calls.size,
    stop() {
      for (const socket of calls) socket.destroy()
      server.close()
    },
  }
}
