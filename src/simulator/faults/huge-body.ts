/** An answer that nobody should read to its end: correct JSON of 64 MiB. */

const pieceBytes = 2 ** 20
const pieces = 64

/** Made piece by piece, as it is read; a reader that leaves ends it. */
export const hugeBody = (): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  const piece = encoder.encode(' '.repeat(pieceBytes))
  let sent = 0
  return new ReadableStream({
    start(body) {
      body.enqueue(encoder.encode('{"errcode":0,"errmsg":"ok","padding":"'))
    },
    pull(body) {
      if (sent++ < pieces) return body.enqueue(piece.slice())
      body.enqueue(encoder.encode('"}'))
      body.close()
    },
  })
}
