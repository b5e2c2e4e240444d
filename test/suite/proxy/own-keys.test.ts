import { describe, expect, test } from 'bun:test'
import { handleKeysOf, sealHandle } from '../../../src/suite/proxy/handle'
import { guardBody, refuseOwnKeysInQuery } from '../../../src/suite/proxy/own-keys'

const key = `sk_suited_0123456789abcdef_${'x'.repeat(43)}`
const handle = sealHandle(handleKeysOf(new Uint8Array(32)), {
  keyId: '0123456789abcdef',
  token: { suiteId: 'wwSuite', corpid: null, kind: 'suite_access_token' },
  expiresAt: 1,
})
const bytes = (text: string) => new TextEncoder().encode(text)
const streamOf = (...pieces: readonly string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(bytes(piece))
      controller.close()
    },
  })
const refusal = expect.objectContaining({ code: 'forbidden' })

describe('a query', () => {
  test.each([`a=${key}`, `a=b&${handle}=c`, `a=${key.replaceAll('_', '%5F')}`])(
    'with a key or a handle in it goes nowhere: %s',
    (query) => {
      expect(() => refuseOwnKeysInQuery(query)).toThrow(refusal)
    },
  )

  test.each(['', 'userid=sk_suited_', 'a=%', 'suited_=_suited_'])('is let pass: %p', (query) => {
    expect(() => refuseOwnKeysInQuery(query)).not.toThrow()
  })
})

describe('a body', () => {
  test('that is held goes nowhere with a key or a handle in it', () => {
    for (const own of [key, handle])
      expect(() => guardBody(bytes(`{"a":"${own}"}`))).toThrow(refusal)
  })

  test('that is held and has none stays the same bytes', () => {
    const body = bytes('{"text":"what is sk_suited_?"}')

    expect(guardBody(body).body).toBe(body)
  })

  test('as a stream comes out as it went in, however it is cut', async () => {
    const text = 'a sk_suited_ and more that looks like 0123456789 sh_suited_ a key'
    for (let at = 0; at <= text.length; at += 1) {
      const guarded = guardBody(streamOf(text.slice(0, at), text.slice(at)))

      expect(await new Response(guarded.body).text()).toBe(text)
      expect(guarded.refusal()).toBeNull()
    }
  })

  test('as a stream fails before it hands on a key, however it is cut', async () => {
    const text = `before ${key} after`
    for (let at = 0; at <= text.length; at += 1) {
      const guarded = guardBody(streamOf(text.slice(0, at), text.slice(at)))
      let passed = ''
      const failed = await (async () => {
        for await (const piece of guarded.body as ReadableStream<Uint8Array>) {
          passed += new TextDecoder().decode(piece)
        }
      })().catch((error) => error)

      expect(failed).toEqual(refusal)
      expect('before sk_suited_0123456789abcdef'.startsWith(passed)).toBe(true)
      expect(guarded.refusal()).toEqual(refusal)
    }
  })
})
