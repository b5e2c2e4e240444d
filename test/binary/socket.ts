/** Bytes on a port, by whoever doesn't speak HTTP well. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Connects, by TLS where the address says so, sends these bytes and stays. */
export const openSocket = (url: string, bytes: string | Uint8Array): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { protocol, hostname: host, port } = new URL(url)
    const at = { host, port: Number(port) }
    const sent = () => {
      socket.write(bytes)
      resolve(socket)
    }
    const socket: Socket =
      protocol === 'https:'
        ? connectTls({ ...at, rejectUnauthorized: false }, sent)
        : connect(at, sent)
    socket.on('error', reject)
  })

const answerOn = (socket: Socket): Promise<string> => {
  let answer = ''
  return new Promise((resolve) => {
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

/** All that comes back until the other side closes; nothing more is sent, and it is told so. */
export const sendRaw = async (url: string, bytes: string | Uint8Array): Promise<string> => {
  const socket = await openSocket(url, bytes)
  const answer = answerOn(socket)
  socket.end()
  return answer
}

/** The same, with the line left open: who hangs up gets no answer that takes a moment. */
export const askRaw = async (url: string, bytes: string | Uint8Array): Promise<string> =>
  answerOn(await openSocket(url, bytes))
