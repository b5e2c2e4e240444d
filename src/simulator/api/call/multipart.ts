/** A multipart body taken apart piece by piece, so that its size costs no memory. No clock. */
import { Refusal } from '../../world/refusals'

/** A form as it arrives, still unread. */
export interface FormBody {
  readonly contentType: string
  readonly stream: AsyncIterable<Uint8Array>
}

/** The headers of a part, then its bytes in pieces. */
export type FormPiece =
  | { readonly kind: 'part'; readonly headers: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

const longestHeaders = 16 * 1024
const endOfHeaders = '\r\n\r\n'

const delimiterOf = (contentType: string): string => {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType)
  if (!boundary) throw new Refusal(47001)
  return `\r\n--${boundary[1] ?? boundary[2]}`
}

/**
 * The parts of a form in their order. What stands before and behind them is skipped.
 *
 * @throws {Refusal} 47001 no boundary, headers without end, or a body that breaks off
 */
export async function* piecesOf({ contentType, stream }: FormBody): AsyncGenerator<FormPiece> {
  const delimiter = delimiterOf(contentType)
  let rest = Buffer.from('\r\n')
  let within: 'preamble' | 'delimiter' | 'headers' | 'bytes' | 'epilogue' = 'preamble'
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk])
    while (true) {
      if (within === 'delimiter') {
        if (rest.length < 2) break
        within = rest.subarray(0, 2).toString() === '--' ? 'epilogue' : 'headers'
      } else if (within === 'epilogue') {
        rest = Buffer.alloc(0)
        break
      } else if (within === 'headers') {
        const end = rest.indexOf(endOfHeaders)
        if (end > longestHeaders || (end < 0 && rest.length > longestHeaders)) {
          throw new Refusal(47001)
        }
        if (end < 0) break
        yield { kind: 'part', headers: rest.subarray(0, end).toString() }
        rest = rest.subarray(end + endOfHeaders.length)
        within = 'bytes'
      } else {
        const at = rest.indexOf(delimiter)
        // The end of what is here may be the beginning of a delimiter.
        const sure = at < 0 ? Math.max(0, rest.length - delimiter.length) : at
        if (within === 'bytes' && sure > 0) yield { kind: 'bytes', bytes: rest.subarray(0, sure) }
        rest = rest.subarray(at < 0 ? sure : at + delimiter.length)
        if (at < 0) break
        within = 'delimiter'
      }
    }
  }
  if (within !== 'epilogue') throw new Refusal(47001)
}
