/**
 * API keys and handles of suited's in what is about to go to WeCom: none of them ever leaves. Pure.
 */
import { ServiceError } from '../../errors'
import { handlePrefix } from './handle'

const form = new RegExp(`sk_suited_[A-Za-z0-9]{16}_|${handlePrefix}[A-Za-z0-9_-]{17}`)
/** Of all that the form fits, each character written as an escape of JSON: `\u0073`. */
const longestFit = 27 * 6
/** What all of it has in common: searching for one text is cheap. */
const common = '_suited_'

/** Whether a text holds an API key or a handle. */
export const holdsOwnKey = (text: string): boolean => text.includes(common) && form.test(text)

/** How JSON may write any character that a key has. */
const beginningOfEscape = '\\u00'
const escapes = /\\u00([2-7][\da-f])/gi

const unescaped = (json: string): string =>
  json.replace(escapes, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const refused = (where: string) =>
  new ServiceError(
    'forbidden',
    `The ${where} holds an API key or a token of suited's where WeCom takes none: take it out there. Nothing of it was sent.`,
  )

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** @throws {ServiceError} forbidden — a raw query has a key in it */
export const refuseOwnKeysInQuery = (query: string): void => {
  const read = query.includes('%') ? decoded(query) : query
  if (holdsOwnKey(query) || holdsOwnKey(read)) throw refused('query')
}

const bytesHoldOwnKey = (bytes: Uint8Array): boolean => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.includes(beginningOfEscape)) return holdsOwnKey(unescaped(buffer.toString('latin1')))
  return buffer.includes(common) && form.test(buffer.toString('latin1'))
}

/** @throws {ServiceError} forbidden — a body that is held has a key in it */
export const refuseOwnKeysInBody = (bytes: Uint8Array): void => {
  if (bytesHoldOwnKey(bytes)) throw refused('body')
}

export interface GuardedStream {
  /** What may go up: it fails before it hands on a key. */
  readonly stream: ReadableStream<Uint8Array>
  /** Why it failed; null if it wasn't for a key. */
  refusal(): ServiceError | null
}

/** A stream that takes no key of suited's along. */
export const guardStream = (stream: ReadableStream<Uint8Array>): GuardedStream => {
  let refusal: ServiceError | null = null
  // A key may stand across the end of a piece: the last bytes wait for the next one.
  let waiting: Uint8Array = new Uint8Array()
  const judge = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      const known = Buffer.concat([waiting, piece])
      if (bytesHoldOwnKey(known)) {
        refusal = refused('body')
        controller.error(refusal)
        return
      }
      const ready = Math.max(0, known.length - longestFit + 1)
      waiting = known.subarray(ready)
      if (ready > 0) controller.enqueue(known.subarray(0, ready))
    },
    flush(controller) {
      if (waiting.length > 0) controller.enqueue(waiting)
    },
  })
  return { stream: stream.pipeThrough(judge), refusal: () => refusal }
}
