/**
 * The sealing of secrets for a disk: AES-256-GCM under the operator's key, each bound to its place.
 * No I/O. No clock. Randomness is handed in.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { fail, type Result, succeed } from '../../errors'

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Marks what is not simply the text itself. */
const mark = 'enc:'
/** A text in clear that happens to begin with the mark. */
const clearMark = `${mark}clear:`
/** Stands before the id of the key, which is this long. */
export const sealedMark = `${mark}v1:`
export const keyIdLength = 12
const sealedForm = /^enc:v1:([0-9a-f]{12}):([A-Za-z0-9+/]+={0,2})$/

/**
 * Where a secret stands: a kind of record, the ids of its owner, the field. What is sealed for one
 * place opens in no other.
 */
export type Place = readonly (string | null)[]

export type OpenFailure =
  /** Sealed with a key that was not given. */
  | { readonly code: 'other_key'; readonly keyId: string }
  /** Changed since it was sealed, copied from another place, or in a form of a later version. */
  | { readonly code: 'damaged' }

export interface Sealing {
  /** The id of the key that seals; null if nothing is sealed. */
  readonly keyId: string | null
  /** The ids of all keys that open. */
  readonly keyIds: readonly string[]
  /** The text as it goes to the disk: `enc:v1:<key id>:<base64>`, or itself if there is no key. */
  seal(text: string, place: Place): string
  /** The text again. One in clear is itself: it may be older than the key. */
  open(stored: string, place: Place): Result<string, OpenFailure>
  /** Whether a stored text is sealed with the key that seals now. */
  isCurrent(stored: string): boolean
}

export interface SealingKeys {
  /** 32 bytes. Whatever is written is sealed with it. */
  readonly current: Uint8Array
  /** 32 bytes: opens what was sealed before the key was changed. */
  readonly previous: Uint8Array | null
}

/**
 * The name of a key in what it sealed and in messages: 12 hex digits that give nothing of it away.
 */
export const keyIdOf = (key: Uint8Array): string =>
  createHash('sha256').update('suited key id\n').update(key).digest('hex').slice(0, keyIdLength)

/** A failure to open as the end of a sentence that begins with what did not open. */
export const openFailureText = (failure: OpenFailure): string =>
  failure.code === 'other_key'
    ? `is encrypted with the key ${failure.keyId}, which was not given`
    : 'can’t be decrypted: it was changed, or copied from elsewhere'

/** Of the operator's key the one for this purpose: others may be derived from it. */
const storeKeyOf = (key: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', 'suited store', 32))

const placeBytes = (place: Place) => Buffer.from(JSON.stringify(place))

const encrypt = (key: Uint8Array, nonce: Uint8Array, text: string, place: Place): string => {
  const sealing = createCipheriv(cipher, key, nonce).setAAD(placeBytes(place))
  const parts = [nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()]
  return Buffer.concat(parts).toString('base64')
}

/** Null if it was not sealed with this key for this place, or not left as it was. */
const decrypt = (key: Uint8Array, base64: string, place: Place): string | null => {
  const bytes = Buffer.from(base64, 'base64')
  // Several spellings stand for the same bytes; only the one that was written is taken.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64') !== base64) return null
  const nonce = bytes.subarray(0, nonceBytes)
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  opening.setAAD(placeBytes(place)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    const opened = opening.update(bytes.subarray(nonceBytes, -tagBytes))
    return Buffer.concat([opened, opening.final()]).toString('utf8')
  } catch {
    return null
  }
}

const openWith = (
  keys: ReadonlyMap<string, Uint8Array>,
  stored: string,
  place: Place,
): Result<string, OpenFailure> => {
  if (!stored.startsWith(mark)) return succeed(stored)
  if (stored.startsWith(clearMark)) return succeed(stored.slice(clearMark.length))
  const [, keyId, base64] = sealedForm.exec(stored) ?? []
  if (keyId === undefined || base64 === undefined) return fail({ code: 'damaged' })
  const key = keys.get(keyId)
  if (!key) return fail({ code: 'other_key', keyId })
  const text = decrypt(key, base64, place)
  return text === null ? fail({ code: 'damaged' }) : succeed(text)
}

/** Without a key: everything stands in clear, and what was sealed stays closed. */
export const withoutKey: Sealing = {
  keyId: null,
  keyIds: [],
  seal: (text) => (text.startsWith(mark) ? clearMark + text : text),
  open: (stored, place) => openWith(new Map(), stored, place),
  isCurrent: () => false,
}

/** @param freshBytes fresh unpredictable bytes; a nonce that comes twice betrays both texts */
export const createSealing = (
  { current, previous }: SealingKeys,
  freshBytes: (count: number) => Uint8Array,
): Sealing => {
  const keyId = keyIdOf(current)
  const key = storeKeyOf(current)
  const keys = new Map([[keyId, key]])
  if (previous) keys.set(keyIdOf(previous), storeKeyOf(previous))
  const prefix = `${sealedMark}${keyId}:`
  return {
    keyId,
    keyIds: [...keys.keys()],
    seal: (text, place) => prefix + encrypt(key, freshBytes(nonceBytes), text, place),
    open: (stored, place) => openWith(keys, stored, place),
    isCurrent: (stored) => stored.startsWith(prefix),
  }
}
