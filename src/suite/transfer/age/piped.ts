/** A source of bytes through a stream of the Web, and out again. No I/O. */

type Bytes = AsyncIterable<Uint8Array>

/**
 * Runs `through` over the source. What the source throws comes out as it was; what `through` throws
 * itself is given to `onBroken`. The source ends with its reader.
 */
export async function* piped(
  source: Bytes,
  through: (bytes: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>,
  onBroken: (error: unknown) => unknown = (error) => error,
): AsyncGenerator<Uint8Array> {
  let failure: { readonly error: unknown } | null = null
  const pieces = source[Symbol.asyncIterator]()
  const bytes = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await pieces.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      } catch (error) {
        failure = { error }
        controller.error(error)
      }
    },
  })
  try {
    yield* await through(bytes)
  } catch (error) {
    const { error: ofSource } = failure ?? { error: null }
    throw failure === null ? onBroken(error) : ofSource
  } finally {
    await pieces.return?.()
  }
}
