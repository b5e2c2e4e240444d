/**
 * The scrypt stanza of the age format, a file's key under a passphrase, computed on another thread:
 * the half second that a passphrase costs must not hold up a service. No I/O.
 */
import { scrypt } from 'node:crypto'
import type { Recipient, Stanza } from 'age-encryption'
import type { Random } from '../../../retry'
import { ageLibrary, chachaLibrary } from './library'

/** 128 MiB and about half a second for each passphrase that somebody tries. */
const usualWorkFactor = 17
/** 1 GiB: more is asked for by nobody but those who want the memory gone. */
const highestWorkFactor = 20
const saltBytes = 16
const wrappedBytes = 32
/** Each key encrypts once. */
const nonce = new Uint8Array(12)

const stretched = (passphrase: string, salt: Uint8Array, factor: number): Promise<Uint8Array> => {
  const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt])
  const cost = { N: 2 ** factor, r: 8, p: 1, maxmem: 2 ** (factor + 11) }
  return new Promise((resolve, reject) => {
    scrypt(passphrase, labelled, 32, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const unpadded = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/**
 * The key of a file as only this passphrase gives it back.
 *
 * @param workFactor the memory that a try costs is 2 to its power, in KiB
 */
export const scryptRecipient = (
  passphrase: string,
  random: Random,
  workFactor = usualWorkFactor,
): Recipient => ({
  async wrapFileKey(fileKey) {
    const { Stanza } = await ageLibrary()
    const { chacha20poly1305 } = await chachaLibrary()
    const salt = Uint8Array.from({ length: saltBytes }, () => Math.floor(random() * 256))
    const key = await stretched(passphrase.normalize('NFC'), salt, workFactor)
    const wrapped = chacha20poly1305(key, nonce).encrypt(fileKey)
    return [new Stanza(['scrypt', unpadded(salt), String(workFactor)], wrapped)]
  },
})

const unwrapped = async (wrapped: Uint8Array, key: Uint8Array): Promise<Uint8Array | null> => {
  const { chacha20poly1305 } = await chachaLibrary()
  try {
    return chacha20poly1305(key, nonce).decrypt(wrapped)
  } catch {
    return null
  }
}

/**
 * The key of a file, if the passphrase fits, however its accents were typed.
 *
 * @throws {Error} the stanza is none that suited or age writes
 */
export const openScryptStanza = async (
  { args: [, saltText = '', factorText = ''], body }: Stanza,
  passphrase: string,
): Promise<Uint8Array | null> => {
  const salt = Buffer.from(saltText, 'base64')
  const factor = /^[1-9]\d?$/.test(factorText) ? Number(factorText) : Number.NaN
  const isWhole = salt.length === saltBytes && unpadded(salt) === saltText
  if (!isWhole || !(factor <= highestWorkFactor) || body.length !== wrappedBytes) {
    throw new Error('no scrypt stanza of age')
  }
  for (const typed of new Set([passphrase.normalize('NFC'), passphrase])) {
    const fileKey = await unwrapped(body, await stretched(typed, salt, factor))
    if (fileKey !== null) return fileKey
  }
  return null
}
