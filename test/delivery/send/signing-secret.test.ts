import { describe, expect, test } from 'bun:test'
import { judgeSecret, secretOf } from '../../../src/delivery/send/signing-secret'

const good = secretOf(new Uint8Array(32).fill(7))

describe('a signing secret', () => {
  test('is whsec_ and base64 of 24 to 64 bytes', () => {
    for (const length of [24, 32, 64]) {
      expect(judgeSecret(secretOf(new Uint8Array(length))).ok).toBe(true)
    }
  })

  test.each([
    [`v1,${good}`, 'v1,'],
    [good.slice(6), 'whsec_'],
    [` ${good}`, 'blanks'],
    [`${good}\n`, 'blanks'],
    [`whsk_${good.slice(6)}`, 'ed25519'],
    [`${good.slice(0, -1)}`, 'base64'],
    ['whsec_not base64', 'blanks'],
    ['whsec_%%%%', 'base64'],
    [secretOf(new Uint8Array(23)), '23 bytes'],
    [secretOf(new Uint8Array(65)), '65 bytes'],
  ])('in a wrong form is refused with a reason that doesn’t quote it', (text, word) => {
    const judged = judgeSecret(text)
    const reason = judged.ok ? 'taken' : judged.reason
    expect(reason).toContain(word)
    expect(reason).not.toContain(good.slice(10, 20))
  })
})
