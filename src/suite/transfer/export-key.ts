/**
 * The keys of encrypted exports: SUITED_ENCRYPTION_KEY as an identity of age, and passphrases. No
 * I/O.
 */
import { hkdfSync } from 'node:crypto'
import { bech32 } from '@scure/base'
import { ageLibrary } from './age/library'

export type ExportKey =
  /** SUITED_ENCRYPTION_KEY: 32 bytes. */
  | { readonly opensWith: 'key'; readonly key: Uint8Array }
  | { readonly opensWith: 'passphrase'; readonly passphrase: string }

const purpose = 'suited export identity 1'

/**
 * A key in the form in which age's tools take a secret key, the same each time: whoever has it
 * opens exports, and nothing else of the folder.
 */
export const identityOfKey = (key: Uint8Array): string => {
  const scalar = new Uint8Array(hkdfSync('sha256', key, '', purpose, 32))
  return bech32.encodeFromBytes('AGE-SECRET-KEY-', scalar).toUpperCase()
}

/** `age1…`: for whom an export is encrypted that this key opens. */
export const recipientOfKey = async (key: Uint8Array): Promise<string> => {
  const { identityToRecipient } = await ageLibrary()
  return identityToRecipient(identityOfKey(key))
}

/** What an X25519 recipient looks like. */
export const recipientPattern = '^age1[02-9ac-hj-np-z]{58}$'

/** Whether something can be encrypted for it: its checksum fits, and it is a usable point. */
export const isRecipient = async (text: string): Promise<boolean> => {
  if (!new RegExp(recipientPattern).test(text)) return false
  const { Encrypter } = await ageLibrary()
  try {
    const encrypter = new Encrypter()
    encrypter.addRecipient(text)
    await encrypter.encrypt('')
    return true
  } catch {
    return false
  }
}
