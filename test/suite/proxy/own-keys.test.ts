import { describe, expect, test } from 'bun:test'
import { handleKeysOf, sealHandle } from '../../../src/suite/proxy/handle'
import {
  guardStream,
  refuseOwnKeysInBody,
  refuseOwnKeysInQuery,
} from '../../../src/suite/proxy/own-keys'

const key = `sk_suited_0123456789abcdef_${'x'.repeat(43)}`
const handle = sealHandle(handleKeysOf(new Uint8Array(32)), {
  keyId: '0123456789abcdef',
  token: { suiteId: 'wwSuite', corpid: null, kind: 'suite_access_token' },
  expiresAt: 1,
})
/** As JSON may write it. */
const escaped = (text: string) =>
  text.replace(/./g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
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
      expect(() => refuseOwnKeysInBody(bytes(`{"a":"${own}"}`))).toThrow(refusal)
  })

  test.each([
    escaped(key),
    escaped(handle),
    escaped(key).toUpperCase().replaceAll('U00', 'u00'),
    key.replace('s', '\\u0073'),
    key.replaceAll('_', '\\u005F'),
  ])('goes nowhere either with one that JSON’s escapes spell: %s', (own) => {
    expect(() => refuseOwnKeysInBody(bytes(`{"a":"${own}"}`))).toThrow(refusal)
  })

  test('that is held and has none is let pass', () => {
    for (const text of ['what is sk_suited_?', 'na\\u00efve', '\\u005fsuited\\u005f', '\\u00'])
      expect(() => refuseOwnKeysInBody(bytes(`{"text":"${text}"}`))).not.toThrow()
  })

  test('as a stream comes out as it went in, however it is cut', async () => {
    const text = 'a sk_suited_ and more that looks like 0123456789 sh_suited_ a key'
    for (let at = 0; at <= text.length; at += 1) {
      const guarded = guardStream(streamOf(text.slice(0, at), text.slice(at)))

      expect(await new Response(guarded.stream).text()).toBe(text)
      expect(guarded.refusal()).toBeNull()
    }
  })

  test.each([key, escaped(key)])(
    'as a stream fails before it hands on a key, however it is cut: %s',
    async (own) => {
      const text = `before ${own} after`
      for (let at = 0; at <= text.length; at += 1) {
        const guarded = guardStream(streamOf(text.slice(0, at), text.slice(at)))
        let passed = ''
        const failed = await (async () => {
          for await (const piece of guarded.stream) {
            passed += new TextDecoder().decode(piece)
          }
        })().catch((error) => error)

        expect(failed).toEqual(refusal)
        expect(`before ${own}`.startsWith(passed)).toBe(true)
        expect(passed.length).toBeLessThan('before '.length + own.length / 2)
        expect(guarded.refusal()).toEqual(refusal)
      }
    },
  )
})
