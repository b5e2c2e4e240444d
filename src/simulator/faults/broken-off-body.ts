/**
 * The beginning of an answer, and then nothing: the connection is cut, or stays open and silent.
 */

/**
 * @param afterBytes how much of the body comes
 * @param end `reset` cuts the connection then; `hang` says no more until the reader leaves
 */
export const brokenOffBody = (
  whole: ReadableStream<Uint8Array>,
  afterBytes: number,
  end: 'reset' | 'hang',
): ReadableStream<Uint8Array> => {
  const reader = whole.getReader()
  let left = afterBytes
  return new ReadableStream({
    async pull(body) {
      const { value } = left > 0 ? await reader.read() : {}
      if (value) {
        body.enqueue(value.subarray(0, left))
        left -= value.length
        return
      }
      await reader.cancel()
      if (end === 'reset') return body.error('a fault of the simulator cut an answer')
      return new Promise<void>(() => {})
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
