/** Server-sent events, read out of the bytes in which they come. */

export interface Frame {
  /** As it was said last, with this frame or before; null before the first. */
  readonly id: string | null
  /** `message` where it has no name. */
  readonly event: string
  readonly data: string
}

/** What is longer is no suited. */
const longestFrame = 16 * 1024 * 1024

/** @throws {Error} what comes is no stream of events */
export async function* framesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const decoder = new TextDecoder()
  let rest = ''
  let id: string | null = null
  let event = 'message'
  let data: string[] = []

  /** A line; the frame, if it ended one. */
  const take = (line: string): Frame | null => {
    if (line === '') {
      const frame = data.length > 0 ? { id, event, data: data.join('\n') } : null
      event = 'message'
      data = []
      return frame
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'id' && !value.includes('\0')) id = value
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
    return null
  }

  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    if (rest.length > longestFrame) throw new Error('the stream is no stream of events')
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const frame = take(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (frame) yield frame
    }
  }
}
