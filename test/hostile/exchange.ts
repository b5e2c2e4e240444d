/** One connection, used as its owner likes: whole, in torn pieces, half closed, cut off. */
import { connect } from 'node:net'
import { secondMs } from '../../src/clock'

export const manners = ['whole', 'torn', 'half-closed', 'cut off'] as const
export type Manner = (typeof manners)[number]

export interface Exchange {
  /** The statuses of the answers that came, in their order; empty if the connection just ended. */
  readonly statuses: readonly number[]
  /** All that came. */
  readonly text: string
}

/** Longer than suited waits for a body. */
const patienceMs = 15 * secondMs

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/(?:^|\r\n\r\n|[}\w>\n])HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  )

/**
 * Sends the bytes and resolves with what came until the other side closed, or until it answered
 * and `enough` says that this is all.
 */
export const exchange = (
  url: string,
  bytes: string | Uint8Array,
  manner: Manner = 'whole',
  enough: (text: string) => boolean = () => false,
): Promise<Exchange> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const sent = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes)
    let text = ''
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      if (manner === 'whole' || manner === 'half-closed') socket.write(sent)
      if (manner === 'half-closed') socket.end()
      if (manner === 'torn') {
        const middle = Math.floor(sent.length / 2)
        socket.write(sent.subarray(0, middle))
        setTimeout(() => !socket.destroyed && socket.write(sent.subarray(middle)), 5)
      }
      if (manner === 'cut off') {
        socket.write(sent.subarray(0, Math.ceil(sent.length * 0.7)), () => socket.resetAndDestroy())
      }
    })
    const end = () => {
      clearTimeout(late)
      socket.destroy()
      resolve({ statuses: statusesIn(text), text })
    }
    const late = setTimeout(end, patienceMs)
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (enough(text)) end()
    })
    socket.on('end', end)
    socket.on('error', () => undefined)
    socket.on('close', end)
  })

/** Whether one whole answer with its length is here. */
export const isWhole = (text: string): boolean => {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2))?.[1]
  return length !== undefined && text.length >= head + 4 + Number(length)
}
