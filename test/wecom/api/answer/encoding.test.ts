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
const fastBrotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const compressions: [string, Compress][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', (bytes) => brotliCompressSync(bytes, fastBrotli)],
  ['zstd', zstdCompressSync],
]

const json = Buffer.from('{"errcode":0,"ticket":"T"}')
const understood = { errcode: 0, ticket: 'T' }

test('WeCom is asked for answers that are not compressed', async () => {
  await ask(json, '')
  expect(asked.get('accept-encoding')).toBe('identity')
})

describe.each(compressions)(
  'an answer that comes in %s although nobody asked',
  (name, compress) => {
    test('is understood', async () => {
      expect(await ask(compress(json), name)).toEqual(understood)
    })

    test('is no answer from a mebibyte on, and memory stays as it was', async () => {
      const padding = Buffer.alloc(64 * 2 ** 20, ' ')
      const bomb = compress(padding)
      expect(bomb.byteLength).toBeLessThan(2 ** 20)
      Bun.gc(true)
      const before = process.memoryUsage.rss()
      for (let n = 0; n < 8; n++) {
        expect(await ask(bomb, name)).toMatchObject({
          kind: 'not_understood',
          message: expect.stringContaining('longer than'),
        })
      }
      // One bomb alone, inflated as it wants, takes as much as this.
      expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20)
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
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24 }
  const bomb = brotliCompressSync(Buffer.alloc(64 * 2 ** 20), { params })
  expect(await ask(bomb, 'br')).toMatchObject({ kind: 'not_understood' })
})

test('a compressed answer in a language that nobody speaks is not understood', async () => {
  expect(await ask(gzipSync(json), 'aws-chunked')).toMatchObject({ kind: 'not_understood' })
})
