/** Reading a request's body ourselves: counted, in limited time, whatever its content type says. */
import type { Clock } from '../clock'
import { secondMs } from '../clock'
import { ServiceError } from '../errors'

const slowestMs = 10 * secondMs

const tooLarge = (limitBytes: number) =>
  new ServiceError('body_too_large', `The body may have ${limitBytes} bytes.`)

/** A body whose length nobody announced, counted as it comes. */
const readCounted = async (
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read'>,
  limitBytes: number,
): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const chunk = await reader.read()
    if (chunk.done) return text + decoder.decode()
    bytes += chunk.value.byteLength
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    text += decoder.decode(chunk.value, { stream: true })
  }
}

const oneTurn = () => new Promise<null>((resolve) => setImmediate(resolve, null))

/**
 * What is read, or null if that takes too long. Nearly every body comes together with its head and
 * is read within one turn of the loop: only the others are worth a timer.
 */
const inTime = async (reading: Promise<string>, clock: Clock): Promise<string | null> => {
  const read = await Promise.race([reading, oneTurn()])
  if (read !== null) return read
  const finished = new AbortController()
  const late = clock.sleep(slowestMs, finished.signal).then(() => null)
  try {
    return await Promise.race([reading, late])
  } finally {
    finished.abort()
  }
}

/**
 * The body as text.
 *
 * @throws {ServiceError} body_too_large; invalid_request if it doesn't end within ten seconds or
 * breaks off
 */
export const readBody = async (
  request: Request,
  limitBytes: number,
  clock: Clock,
): Promise<string> => {
  const announced = request.headers.get('content-length')
  if (Number(announced) > limitBytes) throw tooLarge(limitBytes)
  // A server lets no more come than was announced: that may be read in one go, which is cheaper.
  const reader = announced === null ? request.body?.getReader() : null
  if (reader === undefined) return ''
  try {
    const read = await inTime(reader ? readCounted(reader, limitBytes) : request.text(), clock)
    if (read === null) throw new ServiceError('invalid_request', 'The body took too long.')
    if (Buffer.byteLength(read) > limitBytes) throw tooLarge(limitBytes)
    return read
  } catch (error) {
    reader?.cancel().catch(() => undefined)
    if (error instanceof ServiceError) throw error
    throw new ServiceError('invalid_request', 'The body broke off.', { cause: error })
  }
}

/**
 * The body as JSON.
 *
 * @throws {ServiceError} unsupported_media_type, invalid_request, body_too_large
 */
export const readJson = async (
  request: Request,
  limitBytes: number,
  clock: Clock,
): Promise<unknown> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw new ServiceError('unsupported_media_type', 'Send JSON, as application/json.')
  }
  const text = await readBody(request, limitBytes, clock)
  try {
    return JSON.parse(text)
  } catch {
    throw new ServiceError('invalid_request', 'The body is not valid JSON.')
  }
}
