/** Connections on which nothing, or never enough, comes: each is opened again when it is closed. */
import { connect, type Socket } from 'node:net'
import { secondMs } from '../../src/clock'

export interface Lurkers {
  /** How many connections stand now. */
  open(): number
  /** How many were opened in all. */
  readonly opened: number
  leave(): void
}

const query = `msg_signature=${'0'.repeat(40)}&timestamp=1700000000&nonce=2`
const post = `POST /callback/command?${query} HTTP/1.1\r\nHost: x\r\n`

/** What each begins with, and what it adds every second. */
const habits: readonly { readonly first: string; readonly drip: string }[] = [
  { first: '', drip: '' },
  { first: 'GET /sign?corpid=a HTTP/1.1\r\nHost: x\r\n', drip: '' },
  { first: 'GET / HTTP/1.1\r\n', drip: 'X: a\r\n' },
  { first: `${post}Content-Length: 1000\r\n\r\n<xml>`, drip: '' },
  { first: `${post}Content-Length: 100000\r\n\r\n<xml>`, drip: 'a' },
  { first: `${post}Transfer-Encoding: chunked\r\n\r\n`, drip: '1\r\na\r\n' },
  { first: 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', drip: '' },
]

export const lurk = (url: string, count: number): Lurkers => {
  const { hostname, port } = new URL(url)
  const sockets = new Map<Socket, string>()
  let opened = 0
  let leaving = false

  const open = (place: number) => {
    const { first, drip } = habits[place % habits.length]!
    const socket = connect(Number(port), hostname, () => {
      socket.write(first)
      sockets.set(socket, drip)
    })
    opened += 1
    socket.on('data', () => undefined)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      if (!leaving) setTimeout(() => leaving || open(place), 200)
    })
  }
  for (let place = 0; place < count; place++) open(place)

  const dripping = setInterval(() => {
    for (const [socket, drip] of sockets) if (drip !== '') socket.write(drip)
  }, secondMs)

  return {
    open: () => sockets.size,
    get opened() {
      return opened
    },
    leave() {
      leaving = true
      clearInterval(dripping)
      for (const socket of [...sockets.keys()]) socket.destroy()
    },
  }
}
