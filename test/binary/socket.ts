/** Bytes on a port, by whoever doesn't speak HTTP well. */
import { connect, type Socket } from 'node:net'

/** Connects, sends these bytes and stays. */
export const openSocket = (url: string, bytes: string | Uint8Array): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes)
      resolve(socket)
    })
    socket.on('error', reject)
  })

/** All that comes back until the other side closes. */
export const sendRaw = async (url: string, bytes: string | Uint8Array): Promise<string> => {
  const socket = await openSocket(url, bytes)
  let answer = ''
  return new Promise((resolve) => {
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.end()
  })
}
