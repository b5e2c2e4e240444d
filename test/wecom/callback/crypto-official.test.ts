import { describe, expect, test } from 'bun:test'
import * as official from '@wecom/crypto'
import fc from 'fast-check'
import {
  callbackSignature,
  decrypt,
  encrypt,
  parseEncodingAesKey,
} from '../../../src/wecom/callback/crypto'

const anyKey = fc.stringMatching(/^[A-Za-z0-9]{43}$/)
const parsed = (encodingAesKey: string): Buffer => {
  const key = parseEncodingAesKey(encodingAesKey)
  if (!key) throw new Error('43 letters and digits are refused')
  return key
}
const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const any16 = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe("WeCom's own package", () => {
  test('seals what opens here', () => {
    fc.assert(
      fc.property(anyKey, anyText, anyText, any16, (aesKey, message, receiveId, random16) => {
        const ciphertext = official.encrypt(aesKey, message, receiveId, Buffer.from(random16))
        expect(decrypt(parsed(aesKey), ciphertext)).toEqual({
          ok: true,
          value: { message, receiveId },
        })
      }),
    )
  })

  test('opens what is sealed here, and finds the same random bytes', () => {
    fc.assert(
      fc.property(anyKey, anyText, anyText, any16, (aesKey, message, receiveId, random16) => {
        const opened = official.decrypt(
          aesKey,
          encrypt(parsed(aesKey), message, receiveId, random16),
        )
        expect({ ...opened, random: [...opened.random] }).toEqual({
          message,
          id: receiveId,
          random: [...random16],
        })
      }),
    )
  })

  test('signs as is signed here', () => {
    const ascii = fc.string()
    fc.assert(
      fc.property(ascii, ascii, ascii, ascii, (token, timestamp, nonce, ciphertext) => {
        expect(callbackSignature(token, timestamp, nonce, ciphertext)).toBe(
          official.getSignature(token, timestamp, nonce, ciphertext),
        )
      }),
    )
  })
})
