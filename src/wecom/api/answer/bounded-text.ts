/** The text of an answer, read without trusting its length, its end or its encoding. */
import { inflated } from './encoding'

/** UTF-8, unless the first two bytes mark one of the encodings that Windows writes. */
const encodingOf = ([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-8' => {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * The text of a body, or null if it is longer than `mostBytes`, as it comes or inflated: then the
 * rest is never read. What is no UTF-8 becomes U+FFFD.
 *
 * @param encoding the answer's Content-Encoding
 * @throws what broke the connection, or the signal's reason once it aborts
 */
export const textWithin = async (
  body: ReadableStream<Uint8Array> | null | undefined,
  mostBytes: number,
  signal: AbortSignal,
  encoding: string | null = null,
): Promise<string | null> => {
  if (!body) return ''
  const reader = body.getReader()
  const leave = () => void reader.cancel().catch(() => undefined)
  const pieces: Uint8Array[] = []
  let bytes = 0
  signal.addEventListener('abort', leave)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) break
      bytes += value.byteLength
      if (bytes > mostBytes) return null
      pieces.push(value)
    }
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
  const whole = inflated(Buffer.concat(pieces), encoding, mostBytes)
  return whole && new TextDecoder(encodingOf(whole)).decode(whole)
}
