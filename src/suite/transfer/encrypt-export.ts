/**
 * The encryption of an export: in the age format, so that the standard tools open it too. No I/O.
 */
import type { Recipient } from 'age-encryption'
import type { Random } from '../../retry'
import { ageLibrary } from './age/library'
import { piped } from './age/piped'
import { scryptRecipient } from './age/scrypt-stanza'
import type { Bytes } from './byte-stream'

const encryptedFor = (plain: Bytes, recipient: string | Recipient): AsyncGenerator<Uint8Array> =>
  piped(plain, async (bytes) => {
    const { Encrypter } = await ageLibrary()
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient)
    return encrypter.encrypt(bytes)
  })

/** @param recipient `age1…` */
export const encryptForRecipient = (plain: Bytes, recipient: string): AsyncGenerator<Uint8Array> =>
  encryptedFor(plain, recipient)

/**
 * @param random makes the salt: nothing secret, but never the same again
 * @param workFactor of scrypt, as a power of two; what half a second takes unless given
 */
export const encryptWithPassphrase = (
  plain: Bytes,
  passphrase: string,
  random: Random,
  workFactor?: number,
): AsyncGenerator<Uint8Array> =>
  encryptedFor(plain, scryptRecipient(passphrase, random, workFactor))
