/**
 * The cipher and the signature of WeCom's callbacks (加解密方案说明, document 91144).
 * No I/O. No clock. Randomness is an argument.
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { fail, type Result, succeed } from '../../errors'

/** WeCom pads to multiples of 32 bytes, so the padding of the library (16) must be off. */
const paddingBlock = 32
const cipherBlock = 16
/** 16 random bytes and the length of the message in 4. */
const headerBytes = 20

/** The AES-256 key out of an EncodingAESKey (43 letters and digits), or null if it is none. */
export const parseEncodingAesKey = (encodingAesKey: string): Buffer | null => {
  if (!/^[A-Za-z0-9]{43}$/.test(encodingAesKey)) return null
  return Buffer.from(`${encodingAesKey}=`, 'base64')
}

/** `msg_signature`: SHA-1 over the four strings in byte order, as lower-case hex. */
export const callbackSignature = (
  token: string,
  timestamp: string,
  nonce: string,
  ciphertext: string,
): string => hash('sha1', [token, timestamp, nonce, ciphertext].sort().join(''))

export interface Decrypted {
  readonly message: string
  readonly receiveId: string
}

export type DecryptFailure = 'not_base64' | 'wrong_block_length' | 'wrong_padding' | 'wrong_length'

const base64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * The message inside a ciphertext.
 *
 * @param key 32 bytes, from {@link parseEncodingAesKey}
 * @param ciphertext standard base64
 */
export const decrypt = (key: Buffer, ciphertext: string): Result<Decrypted, DecryptFailure> => {
  if (!base64.test(ciphertext)) return fail('not_base64')
  const sealed = Buffer.from(ciphertext, 'base64')
  if (sealed.length === 0 || sealed.length % cipherBlock !== 0) return fail('wrong_block_length')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, cipherBlock))
  decipher.setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()])
  const padding = padded[padded.length - 1] ?? 0
  if (padding < 1 || padding > paddingBlock || padding > padded.length) return fail('wrong_padding')
  for (let at = padded.length - padding; at < padded.length; at++) {
    if (padded[at] !== padding) return fail('wrong_padding')
  }
  const plain = padded.subarray(0, padded.length - padding)
  if (plain.length < headerBytes) return fail('wrong_length')
  const messageEnd = headerBytes + plain.readUInt32BE(headerBytes - 4)
  if (messageEnd > plain.length) return fail('wrong_length')
  return succeed({
    message: plain.toString('utf8', headerBytes, messageEnd),
    receiveId: plain.toString('utf8', messageEnd),
  })
}

/**
 * The ciphertext of a message, in base64.
 *
 * @param key 32 bytes
 * @param random16 16 fresh random bytes
 */
export const encrypt = (
  key: Buffer,
  message: string,
  receiveId: string,
  random16: Uint8Array,
): string => {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([random16, length, body, Buffer.from(receiveId)])
  const padding = paddingBlock - (plain.length % paddingBlock)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, cipherBlock))
  cipher.setAutoPadding(false)
  return Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(padding, padding)),
    cipher.final(),
  ]).toString('base64')
}
