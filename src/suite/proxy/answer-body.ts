/**
 * The body of WeCom's answer on its way to the caller. What is small and may say that a call was
 * refused is read whole, to look at its errcode; everything else is handed on as it comes.
 */
import { type AnswerErrcode, errcodeIn } from '../../wecom/api/answer-errcode'

export type PassedBody = Uint8Array | ReadableStream<Uint8Array> | null

export interface ReadAnswer extends AnswerErrcode {
  readonly body: PassedBody
}

/** WeCom's refusals are smaller by far. */
const largestWholeBytes = 64 * 1024

const bodiless: readonly number[] = [204, 205, 304]

const unread = { errcode: null, errmsg: '' }

const mayRefuse = (type: string | null): boolean => type === null || /json|^text\//i.test(type)

/** The first bytes of a body, and whether that was all of it. */
const beginningOf = async (
  body: ReadableStream<Uint8Array>,
): Promise<{ bytes: Uint8Array; whole: boolean }> => {
  const reader = body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { bytes: Buffer.concat(pieces), whole: true }
    pieces.push(value)
    length += value.byteLength
    if (length <= largestWholeBytes) continue
    // The other branch goes on; this promise waits for that one too.
    reader.cancel().catch(() => undefined)
    return { bytes: new Uint8Array(), whole: false }
  }
}

const announcedLength = (headers: Headers): number | null => {
  const length = headers.get('content-length')
  return length === null ? null : Number(length)
}

/** @throws what broke the connection before a body that is read was whole */
export const readAnswer = async (response: Response, method: string): Promise<ReadAnswer> => {
  const { body, headers, status } = response
  if (body === null || method === 'HEAD' || bodiless.includes(status)) {
    return { ...unread, body: null }
  }
  const length = announcedLength(headers)
  const looksAt = mayRefuse(headers.get('content-type'))
  const read = (bytes: Uint8Array): ReadAnswer => ({
    ...(looksAt ? errcodeIn(bytes, headers.get('content-encoding')) : unread),
    body: bytes,
  })
  if (length !== null && length <= largestWholeBytes) return read(await response.bytes())
  if (length !== null || !looksAt) return { ...unread, body }
  const [looked, rest] = body.tee()
  const { bytes, whole } = await beginningOf(looked)
  return whole ? read(bytes) : { ...unread, body: rest }
}
