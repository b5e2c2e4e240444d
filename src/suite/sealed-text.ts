/**
 * Text that travels through strangers' hands and comes back: sealed with a key of the service's
 * own secret, for one purpose, URL-safe. Nothing of it is kept anywhere. Pure.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'

export interface SealedTextKeys {
  readonly sealing: Uint8Array
  readonly nonces: Uint8Array
}

const cipher = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * @param secret `Store.serviceSecret()`: the same for all replicas, and after a restart
 * @param purpose what is sealed with them: a text of one purpose opens for no other
 */
export const sealedTextKeys = (secret: Uint8Array, purpose: string): SealedTextKeys => {
  const derived = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 2 * keyBytes))
  return { sealing: derived.subarray(0, keyBytes), nonces: derived.subarray(keyBytes) }
}

/**
 * The sealed text, base64url, and the same for the same text: its nonce comes from what it says, so
 * that none is ever used for two.
 */
export const sealText = (keys: SealedTextKeys, text: string): string => {
  const nonce = createHmac('sha256', keys.nonces).update(text).digest().subarray(0, nonceBytes)
  const sealing = createCipheriv(cipher, keys.sealing, nonce)
  const sealed = [nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

/** What was sealed; null if it is forged, cut, or sealed by another service or for another end. */
export const openText = (keys: SealedTextKeys, sealed: string): string | null => {
  const bytes = Buffer.from(sealed, 'base64url')
  // Several spellings stand for the same bytes; only the one that was written is taken.
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return null
  const opening = createDecipheriv(cipher, keys.sealing, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAuthTag(bytes.subarray(-tagBytes))
  try {
    const part = opening.update(bytes.subarray(nonceBytes, -tagBytes))
    return Buffer.concat([part, opening.final()]).toString('utf8')
  } catch {
    return null
  }
}
