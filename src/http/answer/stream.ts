/** Answers that come piece by piece. */
import { type Clock, secondMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'

/** Servers and proxies close a connection on which nothing came for ten seconds or more. */
const aliveEveryMs = 5 * secondMs

/**
 * A body out of a source, no faster than it is read. If the source fails, the connection breaks
 * off: the status is long sent, and whoever reads must see that something is missing.
 */
export const streamedBody = (
  source: AsyncIterable<Uint8Array>,
  log: Logger,
): ReadableStream<Uint8Array> => {
  const pieces = source[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await pieces.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      } catch (error) {
        log.error('an answer broke off', { reason: reasonOf(error) })
        controller.error(error)
      }
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

/** The same lines, with blank ones between them for as long as the next is not there. */
export async function* withSignsOfLife(
  lines: AsyncIterable<string>,
  clock: Clock,
): AsyncGenerator<string> {
  const source = lines[Symbol.asyncIterator]()
  try {
    for (;;) {
      const coming = source.next()
      for (;;) {
        const came = new AbortController()
        const silence = clock.sleep(aliveEveryMs, came.signal).then(() => 'silence' as const)
        const first = await Promise.race([coming, silence])
        came.abort()
        if (first !== 'silence') break
        yield '\n'
      }
      const next = await coming
      if (next.done) return
      yield next.value
    }
  } finally {
    await source.return?.()
  }
}
