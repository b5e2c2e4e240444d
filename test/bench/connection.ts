/** One HTTP/1.1 connection of the load generator: a request goes out when the last is answered. */

export interface Connection {
  send(request: string): void
}

export interface ConnectionEvents {
  /** It is open, or its last request was answered; with the status of that answer. */
  onFree(connection: Connection, status: number | null): void
  onLost(reason: string): void
}

const headEnd = '\r\n\r\n'

/** The status and the whole length of the answer at the start of a text; null if more must come. */
export const readAnswer = (text: string): { status: number; length: number } | null => {
  const head = text.indexOf(headEnd)
  if (head === -1) return null
  const [, bodyLength] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? []
  if (bodyLength === undefined) throw new Error('an answer without Content-Length')
  const length = head + headEnd.length + Number(bodyLength)
  if (text.length < length) return null
  return { status: Number(text.slice(9, 12)), length }
}

/** Opens a connection; `onFree` hears of it once it stands. */
export const openConnection = async (
  { hostname, port }: { hostname: string; port: number },
  { onFree, onLost }: ConnectionEvents,
): Promise<void> => {
  let received = ''
  let unsent = Buffer.alloc(0)
  let connection: Connection | null = null
  await Bun.connect({
    hostname,
    port,
    socket: {
      open(socket) {
        connection = {
          send(request) {
            const sent = socket.write(request)
            if (sent < request.length) unsent = Buffer.from(request.slice(sent), 'latin1')
          },
        }
        onFree(connection, null)
      },
      data(_, bytes) {
        // Latin-1: one character for each byte, so that lengths are lengths.
        received += bytes.toString('latin1')
        const answer = readAnswer(received)
        if (answer === null || connection === null) return
        received = received.slice(answer.length)
        onFree(connection, answer.status)
      },
      drain(socket) {
        if (unsent.length > 0) unsent = unsent.subarray(socket.write(unsent))
      },
      close: () => onLost('the connection was closed'),
      error: (_, error) => onLost(error.message),
    },
  })
}
