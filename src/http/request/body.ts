/**
 * The body of a request as we read it: counted, in limited time, whatever its content type says.
 */
import type { Clock } from '../../clock'
import { secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { BodyRoom } from './body-budget'

const slowestMs = 10 * secondMs

const tooLarge = (limitBytes: number) =>
  new ServiceError('body_too_large', `The body may have ${limitBytes} bytes.`)

/** A body whose length nobody announced, counted as it comes. */
const readCounted = async (
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read'>,
  limitBytes: number,
  room: BodyRoom | undefined,
): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const chunk = await reader.read()
    if (chunk.done) return text + decoder.decode()
    bytes += chunk.value.byteLength
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    room?.claim(bytes)
    text += decoder.decode(chunk.value, { stream: true })
  }
}

const oneTurn = () => new Promise<null>((resolve) => setImmediate(resolve, null))

/**
 * What is read, or null if that takes too long. Nearly every body comes together with its head and
 * is read within one turn of the loop: only the others are worth a timer.
 */
const inTime = async <T>(reading: Promise<T>, clock: Clock): Promise<T | null> => {
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

/** @throws {ServiceError} body_too_large — a longer body is announced than may come */
export const refuseTooLarge = (request: Request, limitBytes: number): void => {
  if (Number(request.headers.get('content-length')) > limitBytes) throw tooLarge(limitBytes)
}

/**
 * The body as text.
 *
 * @param room what it may take of the memory for all bodies; unlimited without it, for callers who
 * have shown the admin token
 * @throws {ServiceError} body_too_large; overloaded; invalid_request if it doesn't end within ten
 * seconds or breaks off
 */
export const readBody = async (
  request: Request,
  limitBytes: number,
  clock: Clock,
  room?: BodyRoom,
): Promise<string> => {
  const announced = request.headers.get('content-length')
  refuseTooLarge(request, limitBytes)
  // A server lets no more come than was announced: that may be read in one go, which is cheaper.
  const reader = announced === null ? request.body?.getReader() : null
  if (reader === undefined) return ''
  try {
    if (announced !== null) room?.claim(Number(announced))
    const coming = reader ? readCounted(reader, limitBytes, room) : request.text()
    const read = await inTime(coming, clock)
    if (read === null) throw new ServiceError('invalid_request', 'The body took too long.')
    if (Buffer.byteLength(read) > limitBytes) throw tooLarge(limitBytes)
    return read
  } catch (error) {
    reader?.cancel().catch(() => undefined)
    if (error instanceof ServiceError) throw error
    throw new ServiceError('invalid_request', 'The body broke off.', { cause: error })
  } finally {
    room?.release()
  }
}

/**
 * The bytes of a body whose length was announced: a server lets no more come.
 *
 * @throws {ServiceError} invalid_request if it doesn't end within ten seconds or breaks off
 */
export const readAnnouncedBytes = async (request: Request, clock: Clock): Promise<Uint8Array> => {
  let read: Uint8Array | null
  try {
    read = await inTime(request.bytes(), clock)
  } catch (error) {
    throw new ServiceError('invalid_request', 'The body broke off.', { cause: error })
  }
  if (read === null) throw new ServiceError('invalid_request', 'The body took too long.')
  return read
}
