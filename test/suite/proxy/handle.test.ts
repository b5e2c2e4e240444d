import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { type Handle, handleKeysOf, openHandle, sealHandle } from '../../../src/suite/proxy/handle'

const now = Date.UTC(2026, 10, 22)
const keys = handleKeysOf(new Uint8Array(32).fill(1))
const handle: Handle = {
  keyId: 'AbCdEfGh01234567',
  token: { suiteId: 'ww0000000000000002', corpid: 'wpCorpA', kind: 'access_token' },
  expiresAt: now + hourMs,
}
const text = sealHandle(keys, handle)

const unknown = { ok: false, reason: 'unknown' } as const

describe('a handle', () => {
  const tokens: Handle['token'][] = [
    handle.token,
    { suiteId: 'ww0000000000000002', corpid: null, kind: 'suite_access_token' },
    { suiteId: 'ww0000000000000001', corpid: null, kind: 'provider_access_token' },
  ]
  test.each(tokens)('names its key, whose token it stands for, and its end: %o', (token) => {
    const one = { ...handle, token }

    expect(openHandle(keys, sealHandle(keys, one), now)).toEqual({ ok: true, value: one })
  })

  test('has at most 512 URL-safe characters with the longest ids', () => {
    const longest = {
      suiteId: 'w'.repeat(128),
      corpid: 'c'.repeat(128),
      kind: 'access_token',
    } as const

    expect(sealHandle(keys, { ...handle, token: longest })).toMatch(/^[A-Za-z0-9_-]{1,512}$/)
  })

  test('shows none of its ids', () => {
    const bytes = Buffer.from(text.slice('sh_suited_'.length), 'base64url').toString('latin1')

    for (const id of [handle.keyId, handle.token.suiteId, 'wpCorpA']) {
      expect(text).not.toContain(id)
      expect(bytes).not.toContain(id)
    }
  })

  test('is expired from its end on, and not before', () => {
    expect(openHandle(keys, text, handle.expiresAt - 1).ok).toBe(true)
    expect(openHandle(keys, text, handle.expiresAt)).toEqual({ ok: false, reason: 'expired' })
  })

  test('of another service is unknown here', () => {
    expect(openHandle(handleKeysOf(new Uint8Array(32).fill(2)), text, now)).toEqual(unknown)
  })

  test('that is cut anywhere is unknown', () => {
    for (let length = 0; length < text.length; length += 1) {
      expect(openHandle(keys, text.slice(0, length), now)).toEqual(unknown)
    }
  })

  test('with any character changed is unknown', () => {
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A'

      expect(openHandle(keys, text.slice(0, at) + other + text.slice(at + 1), now)).toEqual(unknown)
    }
  })

  test.each(['', 'sh_suited_', 'sh_suited_AAAA', `${text}A`, ` ${text}`, 'x'.repeat(100_000)])(
    'is none of these: %p',
    (other) => {
      expect(openHandle(keys, other, now)).toEqual(unknown)
    },
  )
})
