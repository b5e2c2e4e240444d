/** Answers that come compressed, with the fetch of the real service, over a network. */
import { afterAll, describe, expect, test } from 'bun:test'
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { Type } from '@sinclair/typebox'
import { systemClock } from '../../../../src/clock'
import { createLogger } from '../../../../src/log'
import { inflated } from '../../../../src/wecom/api/answer/encoding'
import { createWecomClient } from '../../../../src/wecom/api/client'
import type { WecomFailure } from '../../../../src/wecom/api/failure'

let answer: { body: Uint8Array; encoding: string }
let asked: Headers
const wecom = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    asked = request.headers
    return new Response(new Uint8Array(answer.body), {
      headers: { 'content-encoding': answer.encoding },
    })
  },
})

afterAll(() => wecom.stop(true))

const client = createWecomClient({
  apiUrl: wecom.url.origin,
  fetch,
  clock: systemClock,
  random: () => 0.5,
  log: createLogger({ level: 'error', format: 'json', now: () => 0, write: () => undefined }),
})

const ask = (body: Uint8Array, encoding: string): Promise<unknown> => {
  answer = { body, encoding }
  const call = { method: 'GET', path: '/cgi-bin/x', repeatable: false } as const
  return client
    .call(call, Type.Object({ ticket: Type.String() }))
    .catch(({ kind, message }: WecomFailure) => ({ kind, message }))
}

type Compress = (bytes: Uint8Array) => Uint8Array
const fastBrotli = { [constants.BROTLI_PARAM_QUALITY]: 4 }
const openBrotli = { params: fastBrotli, finishFlush: constants.BROTLI_OPERATION_FLUSH }
const openZlib = { finishFlush: constants.Z_FULL_FLUSH }
const openZstd = { finishFlush: constants.ZSTD_e_flush }
/** Each with a way to compress whole bytes, and one that leaves the end open. */
const compressions: [string, Compress, Compress][] = [
  ['gzip', gzipSync, (bytes) => gzipSync(bytes, openZlib)],
  ['x-gzip', gzipSync, (bytes) => gzipSync(bytes, openZlib)],
  ['GZIP', gzipSync, (bytes) => gzipSync(bytes, openZlib)],
  ['deflate', deflateSync, (bytes) => deflateSync(bytes, openZlib)],
  ['deflate', deflateRawSync, (bytes) => deflateRawSync(bytes, openZlib)],
  [
    'br',
    (bytes) => brotliCompressSync(bytes, { params: fastBrotli }),
    (bytes) => brotliCompressSync(bytes, openBrotli),
  ],
  ['zstd', zstdCompressSync, (bytes) => zstdCompressSync(bytes, openZstd)],
]

const json = Buffer.from('{"errcode":0,"ticket":"T"}')
const understood = { errcode: 0, ticket: 'T' }

test('WeCom is asked for answers that are not compressed', async () => {
  await ask(json, '')
  expect(asked.get('accept-encoding')).toBe('identity')
})

describe.each(compressions)(
  'an answer that comes in %s although nobody asked',
  (name, compress, compressOpen) => {
    test('is understood', async () => {
      expect(await ask(compress(json), name)).toEqual(understood)
    })

    test('is inflated up to a mebibyte and no further', async () => {
      // Whoever came to its end would see that it is broken there, and leave all of it as it is.
      const bomb = Buffer.concat([
        compressOpen(Buffer.alloc(16 * 2 ** 20, ' ')),
        Buffer.alloc(64, 0xff),
      ])
      expect(bomb.byteLength).toBeLessThan(2 ** 20)
      expect(inflated(bomb, name, 2 ** 25)).toBe(bomb)
      expect(await ask(bomb, name)).toMatchObject({
        kind: 'not_understood',
        message: expect.stringContaining('longer than'),
      })
    })

    test('is understood where its header alone says so', async () => {
      expect(await ask(json, name)).toEqual(understood)
    })
  },
)

test.each(['identity', '', 'none', 'toString', '__proto__', 'gzip, br'])(
  'an encoding that is none changes nothing: %j',
  async (encoding) => {
    expect(await ask(json, encoding)).toEqual(understood)
  },
)

test.each(['gzip', 'deflate'])(
  'of an answer in %s that is cut off, what came is read',
  async (name) => {
    const whole = name === 'gzip' ? gzipSync(json) : deflateSync(json)
    expect(await ask(whole.subarray(0, -4), name)).toEqual(understood)
  },
)

test.each([10, 11, 15, 16, 17, 18, 20, 22])(
  'brotli with a window of 2^%d bytes is read',
  async (bits) => {
    const params = { [constants.BROTLI_PARAM_LGWIN]: bits }
    const answer = Buffer.from(JSON.stringify({ ...understood, padding: 'x'.repeat(300_000) }))
    expect(await ask(brotliCompressSync(answer, { params }), 'br')).toMatchObject(understood)
  },
)

test('brotli with a wider window is not: what it fills costs more than any answer', async () => {
  const params = { ...fastBrotli, [constants.BROTLI_PARAM_LGWIN]: 24 }
  const bomb = brotliCompressSync(Buffer.alloc(16 * 2 ** 20), { params })
  expect(await ask(bomb, 'br')).toMatchObject({ kind: 'not_understood' })
})

test('a compressed answer in a language that nobody speaks is not understood', async () => {
  expect(await ask(gzipSync(json), 'aws-chunked')).toMatchObject({ kind: 'not_understood' })
})
