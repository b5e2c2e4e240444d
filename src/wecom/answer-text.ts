/** Reading an answer without trusting its length or its end. */

/**
 * The text of a body, or null if it is longer than `mostBytes`: then the rest is never read.
 *
 * @throws what broke the connection, or the signal's reason once it aborts
 */
export const textWithin = async (
  body: ReadableStream<Uint8Array> | null | undefined,
  mostBytes: number,
  signal: AbortSignal,
): Promise<string | null> => {
  if (!body) return ''
  const reader = body.getReader()
  const leave = () => void reader.cancel().catch(() => undefined)
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  signal.addEventListener('abort', leave)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return text + decoder.decode()
      bytes += value.byteLength
      if (bytes > mostBytes) return null
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
}
