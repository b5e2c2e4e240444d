import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Place, withoutKey } from '../../../src/store/driver/sealing'
import { idOfKey, keyNamed, sealedWith } from '../sealed-with'

const place: Place = ['corp', 'ww1', 'wpA', '/permanentCode']
const secret = 'permanent-code-1'
const sealing = sealedWith('a')
const damaged = { ok: false, reason: { code: 'damaged' } } as const

describe('a sealed text', () => {
  const sealed = sealing.seal(secret, place)

  test('says that it is sealed and with which key, and nothing else in clear', () => {
    expect(sealed).toMatch(new RegExp(`^enc:v1:${idOfKey('a')}:[A-Za-z0-9+/]+={0,2}$`))
    const bytes = Buffer.from(sealed.split(':')[3] ?? '', 'base64')
    // A nonce of 96 bits, as many bytes as the text has, a tag of 128 bits.
    expect(bytes).toHaveLength(12 + secret.length + 16)
    expect(bytes.includes(secret)).toBe(false)
  })

  test('opens to the letter, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const opened = sealing.open(sealing.seal(text, place), place)
        expect(opened).toEqual({ ok: true, value: text })
      }),
    )
  })

  test('is another one each time', () => {
    const several = Array.from({ length: 100 }, () => sealing.seal(secret, place))
    expect(new Set(several).size).toBe(100)
  })

  test.each([
    ['of another suite', ['corp', 'ww2', 'wpA', '/permanentCode']],
    ['of another company', ['corp', 'ww1', 'wpB', '/permanentCode']],
    ['of no company', ['corp', 'ww1', null, '/permanentCode']],
    ['of another field', ['corp', 'ww1', 'wpA', '/callbackPair/token']],
    ['of another kind', ['tokens', 'ww1', 'wpA', '/permanentCode']],
    ['whose names run together alike', ['corp', 'ww1wpA', '', '/permanentCode']],
  ] as [string, Place][])('does not open in a place %s', (_, other) => {
    expect(sealing.open(sealed, other)).toEqual(damaged)
  })

  test('does not open with any of its characters changed, or one missing', () => {
    const content = sealed.lastIndexOf(':') + 1
    for (let at = content; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A'
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
      const shorter = sealed.slice(0, at) + sealed.slice(at + 1)
      expect(sealing.open(changed, place)).toEqual(damaged)
      expect(sealing.open(shorter, place)).toEqual(damaged)
    }
  })

  test.each(['enc:', 'enc:v2:', `enc:v1:${idOfKey('a')}:`, `enc:v1:${idOfKey('a')}:AAAA`])(
    'is not %j',
    (text) => {
      expect(sealing.open(text, place)).toEqual(damaged)
    },
  )

  test('does not open with another key, nor without one, and tells which it needs', () => {
    const needsA = { ok: false, reason: { code: 'other_key', keyId: idOfKey('a') } } as const
    expect(sealedWith('b').open(sealed, place)).toEqual(needsA)
    expect(withoutKey.open(sealed, place)).toEqual(needsA)
  })

  test('does not open with another key that goes by its name', () => {
    const renamed = sealed.replace(idOfKey('a'), idOfKey('b'))
    expect(sealedWith('b').open(renamed, place)).toEqual(damaged)
  })

  test('opens with the key before, and is sealed with the current one the next time', () => {
    const rotated = sealedWith('b', 'a')
    expect(rotated.open(sealed, place)).toEqual({ ok: true, value: secret })
    expect(rotated.isCurrent(sealed)).toBe(false)
    const again = rotated.seal(secret, place)
    expect(rotated.isCurrent(again)).toBe(true)
    expect(sealedWith('b').open(again, place)).toEqual({ ok: true, value: secret })
  })
})

describe('a text in clear', () => {
  test('is itself, with a key and without: it may be older than the key', () => {
    expect(withoutKey.seal(secret, place)).toBe(secret)
    for (const each of [withoutKey, sealing]) {
      expect(each.open(secret, place)).toEqual({ ok: true, value: secret })
      expect(each.isCurrent(secret)).toBe(false)
    }
  })

  test('may look as if it were sealed', () => {
    for (const text of ['enc:', sealing.seal(secret, place), 'enc:clear:x']) {
      const stored = withoutKey.seal(text, place)
      for (const each of [withoutKey, sealing]) {
        expect(each.open(stored, place)).toEqual({ ok: true, value: text })
      }
    }
  })
})

test('the name of a key is another one for another key, and no part of it', () => {
  expect(idOfKey('a')).not.toBe(idOfKey('b'))
  for (const coding of ['hex', 'base64'] as const) {
    expect(keyNamed('a').toString(coding)).not.toContain(idOfKey('a'))
  }
})
