/** The text of a body that may not be longer than any that WeCom takes. */
import { ServiceError } from '../../../errors'

/** WeCom's JSON requests are far smaller. */
const longestBytes = 2 ** 20

/** @throws {ServiceError} invalid_request — the body is longer */
export const boundedText = async ({ body }: Request): Promise<string> => {
  if (!body) return ''
  const decoder = new TextDecoder()
  let read = 0
  let text = ''
  for await (const piece of body) {
    read += piece.length
    if (read > longestBytes) throw new ServiceError('invalid_request', 'The body is over 1 MiB.')
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}
