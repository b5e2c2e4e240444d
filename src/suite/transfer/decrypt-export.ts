/**
 * The decryption of exports: which are encrypted, which kind of key they need, and what is in them.
 * No I/O.
 */
import type { Decrypter, Identity } from 'age-encryption'
import { ageLibrary } from './age/library'
import { piped } from './age/piped'
import { openScryptStanza } from './age/scrypt-stanza'
import { armourBegin, withoutArmour } from './age-armour'
import { afterFirstLine, type Bytes } from './byte-stream'
import { type ExportKey, identityOfKey } from './export-key'
import { containerHeaderOf, createContainerOpener } from './former-container'
import { ExportUnreadable } from './unusable-export'

const ageVersion = 'age-encryption.org/v1'

/** Whether a first line begins an encrypted export, whole or not. */
export const beginsEncrypted = (firstLine: string): boolean =>
  /^age-encryption\.org\/|^-----BEGIN AGE ENCRYPTED|"suited-sealed-export"/.test(firstLine)

/** @throws {ExportUnreadable} newer, altered */
const formOf = (firstLine: string): 'age' | 'armoured' | 'container' | null => {
  const line = firstLine.trimEnd()
  if (firstLine === ageVersion) return 'age'
  if (line === armourBegin) return 'armoured'
  if (/^age-encryption\.org\/v\d+$/.test(line)) throw new ExportUnreadable('newer')
  return containerHeaderOf(firstLine) === null ? null : 'container'
}

/**
 * The kind of key that opens the export which a text begins; null if it is no encrypted one.
 *
 * @throws {ExportUnreadable} newer, altered
 */
export const keyNeededBy = (text: string): 'key' | 'passphrase' | null => {
  const [first = '', second = ''] = text.split('\n', 2)
  const form = formOf(first)
  if (form === null) return null
  if (form === 'container') return containerHeaderOf(first)?.opensWith ?? null
  const begin = form === 'armoured' ? Buffer.from(second, 'base64').toString('latin1') : text
  return begin.startsWith(`${ageVersion}\n-> scrypt `) ? 'passphrase' : 'key'
}

/**
 * The first of the identities that are tried: it sees which kind of key the file needs, and keeps
 * what a passphrase opened, which costs half a second, for the next time through the file.
 */
const passphraseIdentity = (keys: readonly ExportKey[]): Identity => {
  const passphrases = keys.flatMap((key) => (key.opensWith === 'passphrase' ? key.passphrase : []))
  let found: Uint8Array | null = null
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt')
      if (!stanza) {
        if (passphrases.length === keys.length) throw new ExportUnreadable('key_needed')
        return null
      }
      if (stanzas.length > 1) throw new ExportUnreadable('altered')
      if (passphrases.length === 0) throw new ExportUnreadable('passphrase_needed')
      for (const passphrase of passphrases) found ??= await openScryptStanza(stanza, passphrase)
      if (found === null) throw new ExportUnreadable('wrong_passphrase')
      return found
    },
  }
}

/** The last of them: none before it fitted. */
const noIdentity: Identity = {
  unwrapFileKey() {
    throw new ExportUnreadable('wrong_key')
  },
}

/** What opens exports in the age format. */
const createAgeDecrypter = async (keys: readonly ExportKey[]): Promise<Decrypter> => {
  const { Decrypter } = await ageLibrary()
  const decrypter = new Decrypter()
  decrypter.addIdentity(passphraseIdentity(keys))
  for (const key of keys) {
    if (key.opensWith === 'key') decrypter.addIdentity(identityOfKey(key.key))
  }
  decrypter.addIdentity(noIdentity)
  return decrypter
}

/**
 * Opens one encrypted export as often as needed, of today's form or a former one. What came before
 * a failure is to be forgotten.
 *
 * @returns the plain bytes of a file @throws {ExportUnreadable} invalid_request
 */
export const createExportDecrypter = (
  keys: readonly ExportKey[],
): ((file: Bytes) => AsyncGenerator<Uint8Array>) => {
  let age: Promise<Decrypter> | null = null
  const decrypt = async (encrypted: ReadableStream<Uint8Array>) => {
    age ??= createAgeDecrypter(keys)
    return (await age).decrypt(encrypted)
  }
  const altered = (error: unknown): unknown =>
    error instanceof ExportUnreadable ? error : new ExportUnreadable('altered')
  const openContainer = createContainerOpener(keys)
  return async function* (file) {
    const first = await afterFirstLine(file)
    if (!first) throw new ExportUnreadable('altered')
    const { line, rest } = first
    const whole = async function* () {
      yield Buffer.from(`${line}\n`)
      yield* rest
    }
    const form = formOf(line)
    if (form === null) throw new ExportUnreadable('altered')
    if (form === 'container') return yield* openContainer(line, rest)
    const bytes = form === 'armoured' ? withoutArmour(whole()) : whole()
    yield* piped(bytes, decrypt, altered)
  }
}
