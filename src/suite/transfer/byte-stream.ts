/**
 * Streams of bytes cut to measure: into pieces of one size, into a first line and the rest, into
 * lines. Pure.
 */
import { ExportUnreadable } from './unusable-export'

export type Bytes = AsyncIterable<Uint8Array>

/** Texts as bytes. */
export async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const text of texts) yield encoder.encode(text)
}

/** The same bytes, once the first of them are there. */
export const begun = async (source: Bytes): Promise<Bytes> => {
  const reader = source[Symbol.asyncIterator]()
  const first = await reader.next()
  return (async function* () {
    try {
      if (first.done) return
      yield first.value
      yield* { [Symbol.asyncIterator]: () => reader }
    } finally {
      await reader.return?.()
    }
  })()
}

export interface Piece {
  readonly bytes: Uint8Array
  readonly last: boolean
}

/** The same bytes in pieces of `size`; the last one is marked, may be shorter, and always comes. */
export async function* inPieces(source: Bytes, size: number): AsyncGenerator<Piece> {
  let gathered: Uint8Array[] = []
  let length = 0
  for await (const bytes of source) {
    gathered.push(bytes)
    length += bytes.length
    if (length <= size) continue
    let rest = Buffer.concat(gathered)
    // One that is full is kept back until it shows whether another follows.
    for (; rest.length > size; rest = rest.subarray(size)) {
      yield { bytes: rest.subarray(0, size), last: false }
    }
    gathered = [rest]
    length = rest.length
  }
  yield { bytes: Buffer.concat(gathered), last: true }
}

const newline = 0x0a
/** More than the first line of any export. */
const longestFirstLine = 4096

/**
 * The first line, without its newline, and the bytes behind it; null where no newline comes within
 * the length that a first line may have.
 */
export const afterFirstLine = async (
  source: Bytes,
): Promise<{ line: string; rest: Bytes } | null> => {
  const reader = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  for (;;) {
    const at = head.subarray(0, longestFirstLine).indexOf(newline)
    if (at !== -1) {
      const line = head.subarray(0, at).toString('utf8')
      const behind = head.subarray(at + 1)
      const rest = async function* () {
        yield behind
        yield* { [Symbol.asyncIterator]: () => reader }
      }
      return { line, rest: rest() }
    }
    if (head.length >= longestFirstLine) {
      await reader.return?.()
      return null
    }
    const next = await reader.next()
    if (next.done) return null
    head = Buffer.concat([head, next.value])
  }
}

/**
 * The lines of a text, each with its newline.
 *
 * @throws {ExportUnreadable} invalid_request — the bytes are no UTF-8
 */
export async function* linesOf(source: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch {
      throw new ExportUnreadable('altered')
    }
  }
  let unfinished: string[] = []
  for await (const bytes of source) {
    const [first = '', ...more] = decode(bytes).split('\n')
    unfinished.push(first)
    for (const part of more) {
      yield `${unfinished.join('')}\n`
      unfinished = [part]
    }
  }
  unfinished.push(decode())
  const rest = unfinished.join('')
  if (rest !== '') yield rest
}
