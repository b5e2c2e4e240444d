/**
 * Answers that came compressed, although nobody asked for it: a proxy on the way may do so. They
 * are inflated up to a length, for a few hundred bytes may stand for gigabytes.
 */
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

type Inflate = (bytes: Uint8Array, maxOutputLength: number) => Uint8Array

/** What came of an answer that was cut off is still worth reading. */
const finishFlush = constants.Z_SYNC_FLUSH

/** RFC 8878: no more than 8 MiB of memory can be asked of whoever reads it. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 }

/**
 * As much as encoders take by themselves: 4 MiB, which are filled before the first byte comes out.
 */
const widestBrotli = 22

/** The base-two logarithm of the window of a brotli stream: RFC 7932, section 9.1. */
const brotliWindow = ([first = 0]: Uint8Array): number => {
  if ((first & 1) === 0) return 16
  const wide = (first >> 1) & 7
  if (wide !== 0) return 17 + wide
  const narrow = (first >> 4) & 7
  // A 1 marks the large windows of a later standard.
  return narrow === 1 ? Infinity : narrow === 0 ? 17 : 8 + narrow
}

const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0

/** No JSON begins like this, whatever its header says. */
const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b

const gunzip: Inflate = (bytes, maxOutputLength) =>
  gunzipSync(bytes, { maxOutputLength, finishFlush })

const inflaters: Readonly<Record<string, Inflate>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // Both are in use under this name.
  deflate: (bytes, maxOutputLength) =>
    (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, { maxOutputLength, finishFlush }),
  br: (bytes, maxOutputLength) =>
    brotliWindow(bytes) > widestBrotli ? bytes : brotliDecompressSync(bytes, { maxOutputLength }),
  zstd: (bytes, maxOutputLength) =>
    zstdDecompressSync(bytes, { maxOutputLength, params: zstdWindow }),
}

/**
 * The bytes as they were before they were compressed, or null if those are more than `mostBytes`.
 * Bytes that aren't what their header says are given as they are: some proxies inflate an answer
 * and leave its header.
 *
 * @param encoding the Content-Encoding; null if there was none
 */
export const inflated = (
  bytes: Uint8Array,
  encoding: string | null,
  mostBytes: number,
): Uint8Array | null => {
  const name = (encoding ?? (isGzip(bytes) ? 'gzip' : '')).trim().toLowerCase()
  const inflate = Object.hasOwn(inflaters, name) ? inflaters[name] : undefined
  if (!inflate) return bytes
  try {
    return inflate(bytes, mostBytes)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : bytes
  }
}
