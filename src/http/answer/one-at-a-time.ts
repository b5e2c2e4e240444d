/** A guard of streams that cost much: one goes on at a time. */
import { ServiceError } from '../../errors'

/** How long one may take with a few thousand companies; whoever asks again learns more. */
const retryAfterSeconds = 10

/**
 * Lets one source be read at a time. It counts from its opening until it has come to its end, has
 * failed, or its reader has gone.
 *
 * @param what is told to those who come meanwhile
 */
export const createOneAtATime = (what: string) => {
  let isBusy = false

  /** @throws {ServiceError} too_many_requests — another one is under way */
  return <T>(open: () => AsyncIterable<T>): AsyncIterable<T> => {
    if (isBusy) throw new ServiceError('too_many_requests', what, { retryAfterSeconds })
    const source = open()[Symbol.asyncIterator]()
    isBusy = true
    const end = () => {
      isBusy = false
    }
    // A generator would not end what nobody has begun to read.
    const pieces: AsyncIterator<T> = {
      async next() {
        try {
          const next = await source.next()
          if (next.done) end()
          return next
        } catch (error) {
          end()
          throw error
        }
      },
      async return() {
        end()
        await source.return?.()
        return { done: true, value: undefined }
      },
    }
    return { [Symbol.asyncIterator]: () => pieces }
  }
}
