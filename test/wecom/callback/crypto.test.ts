import { describe, expect, test } from 'bun:test'
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import {
  callbackSignature,
  decrypt,
  encrypt,
  parseEncodingAesKey,
} from '../../../src/wecom/callback/crypto'
import { callbackVectors } from './vectors'

const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'

const keyOf = (text: string): Buffer => {
  const key = parseEncodingAesKey(text)
  if (!key) throw new Error('the fixture needs a good EncodingAESKey')
  return key
}
const key = keyOf(encodingAesKey)

const byId = callbackVectors.map((vector) => [vector.id, vector] as const)

describe('every published example', () => {
  test.each(byId)('has its signature: %s', (_, vector) => {
    const { token, timestamp, nonce, ciphertext, msgSignature } = vector
    expect(callbackSignature(token, timestamp, nonce, ciphertext)).toBe(msgSignature)
  })

  test.each(byId)('opens: %s', (_, { encodingAesKey, ciphertext, message, receiveId }) => {
    expect(decrypt(keyOf(encodingAesKey), ciphertext)).toEqual({
      ok: true,
      value: { message, receiveId },
    })
  })

  test.each(byId)('is sealed again to the same ciphertext: %s', (_, vector) => {
    const { encodingAesKey, message, receiveId, random16, ciphertext } = vector
    const sealed = encrypt(keyOf(encodingAesKey), message, receiveId, Buffer.from(random16))
    expect(sealed).toBe(ciphertext)
  })
})

describe('a signature', () => {
  test('covers its four strings in byte order, capitals before small letters', () => {
    const one = callbackSignature('b', 'A', '9', 'a')
    expect(one).toBe(callbackSignature('a', 'b', 'A', '9'))
    expect(one).toMatch(/^[0-9a-f]{40}$/)
  })

  test('differs as soon as a leading zero of the nonce is lost', () => {
    expect(callbackSignature('t', '1', '0123', 'c')).not.toBe(
      callbackSignature('t', '1', '123', 'c'),
    )
  })
})

describe('an EncodingAESKey', () => {
  test('gives 32 bytes', () => {
    expect(key).toHaveLength(32)
  })

  test('may have bits to spare in its last letter, which count for nothing', () => {
    for (const last of 'ABCD') {
      expect(keyOf(`${encodingAesKey.slice(0, -1)}${last}`)).toEqual(key)
    }
    expect(keyOf(`${encodingAesKey.slice(0, -1)}E`)).not.toEqual(key)
  })

  test.each([
    ['one letter short', encodingAesKey.slice(1)],
    ['one letter long', `${encodingAesKey}a`],
    ['with its padding', `${encodingAesKey}=`],
    ['with a plus', `+${encodingAesKey.slice(1)}`],
    ['with a dash', `-${encodingAesKey.slice(1)}`],
    ['with a line break', `${encodingAesKey.slice(1)}\n`],
    ['empty', ''],
  ])('is refused: %s', (_, text) => {
    expect(parseEncodingAesKey(text)).toBeNull()
  })
})

/** Seals bytes as they are, right or wrong. */
const sealRaw = (padded: Buffer): string => {
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

interface Plain {
  readonly message: string
  readonly receiveId: string
  /** What the length field says; by default the truth. */
  readonly declared?: number
  readonly padding: Buffer
}

const plain: Plain = { message: 'hello', receiveId: 'ww12345', padding: Buffer.alloc(32, 32) }

const sealed = ({ message, receiveId, declared, padding }: Plain): string => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(declared ?? Buffer.byteLength(message))
  return sealRaw(
    Buffer.concat([Buffer.alloc(16, 7), length, Buffer.from(message + receiveId), padding]),
  )
}

describe('decrypting', () => {
  test('takes a whole block of padding', () => {
    expect(decrypt(key, sealed(plain))).toEqual({
      ok: true,
      value: { message: 'hello', receiveId: 'ww12345' },
    })
  })

  test.each(['', '*', 'ab-_', 'YWJj ZGVm', 'YWJj\nZGVm', 'YWJj===', '你好'])(
    'refuses what is not base64: %j',
    (ciphertext) => {
      expect(decrypt(key, ciphertext)).toEqual({ ok: false, reason: 'not_base64' })
    },
  )

  test('refuses a letter, which is no byte at all', () => {
    expect(decrypt(key, 'A')).toEqual({ ok: false, reason: 'wrong_block_length' })
  })

  test.each([1, 15, 17, 31, 33])('refuses %d bytes, which are no whole blocks', (bytes) => {
    const ciphertext = Buffer.alloc(bytes).toString('base64')
    expect(decrypt(key, ciphertext)).toEqual({ ok: false, reason: 'wrong_block_length' })
  })

  test.each([
    ['0', Buffer.alloc(32, 0)],
    ['33', Buffer.alloc(64, 33)],
    ['255', Buffer.alloc(32, 255)],
    ['inconsistent', Buffer.concat([Buffer.of(31), Buffer.alloc(31, 32)])],
  ])('refuses a padding of %s', (_, padding) => {
    expect(decrypt(key, sealed({ ...plain, padding }))).toEqual({
      ok: false,
      reason: 'wrong_padding',
    })
  })

  test('refuses a padding longer than the text', () => {
    expect(decrypt(key, sealRaw(Buffer.alloc(16, 17)))).toEqual({
      ok: false,
      reason: 'wrong_padding',
    })
  })

  test('refuses a text that is nothing but padding', () => {
    expect(decrypt(key, sealRaw(Buffer.alloc(32, 32)))).toEqual({
      ok: false,
      reason: 'wrong_length',
    })
  })

  test('takes an empty message for nobody', () => {
    const ciphertext = encrypt(key, '', '', Buffer.alloc(16))
    expect(decrypt(key, ciphertext)).toEqual({ ok: true, value: { message: '', receiveId: '' } })
  })

  test('refuses a text that ends before its length field does', () => {
    expect(decrypt(key, sealRaw(Buffer.alloc(32, 16)))).toEqual({
      ok: false,
      reason: 'wrong_length',
    })
  })

  test.each([13, 0x7fffffff, 0xffffffff])(
    'refuses a message that claims %d bytes, more than there are',
    (declared) => {
      expect(decrypt(key, sealed({ ...plain, declared }))).toEqual({
        ok: false,
        reason: 'wrong_length',
      })
    },
  )

  test('takes a message that claims all there is, which leaves no receive id', () => {
    expect(decrypt(key, sealed({ ...plain, declared: 12 }))).toEqual({
      ok: true,
      value: { message: 'helloww12345', receiveId: '' },
    })
  })

  test('refuses a ciphertext whose end was cut off', () => {
    const whole = Buffer.from(encrypt(key, 'x'.repeat(60), 'ww12345', Buffer.alloc(16)), 'base64')
    const cut = (bytes: number) => decrypt(key, whole.subarray(0, -bytes).toString('base64')).ok
    for (let bytes = 1; bytes < whole.length; bytes++) expect(cut(bytes)).toBe(false)
  })

  test('refuses the ciphertext of another key', () => {
    const other = keyOf('6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt')
    expect(decrypt(other, sealed(plain)).ok).toBe(false)
  })

  test('gives back a message that begins with a byte order mark as it is', () => {
    const ciphertext = encrypt(key, '\uFEFFhi', '\uFEFFid', Buffer.alloc(16))
    expect(decrypt(key, ciphertext)).toEqual({
      ok: true,
      value: { message: '\uFEFFhi', receiveId: '\uFEFFid' },
    })
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (ciphertext) => {
        decrypt(key, ciphertext)
      }),
    )
    const blocks = fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.uint8Array({ minLength: 16 * count, maxLength: 16 * count }))
    fc.assert(
      fc.property(blocks, (bytes) => {
        decrypt(key, Buffer.from(bytes).toString('base64'))
      }),
    )
  })
})
