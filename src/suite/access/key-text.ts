/** API keys as text: `sk_suited_<id>_<secret>`. What is kept of one is its hash. */
import { createHash } from 'node:crypto'
import type { Random } from '../../retry'

export const keyPrefix = 'sk_suited_'

const idLength = 16
const secretBytes = 32
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const form = new RegExp(`^${keyPrefix}([A-Za-z0-9]{${idLength}})_[A-Za-z0-9_-]{43}$`)

/** A fresh id. */
export const newKeyId = (random: Random): string =>
  Array.from({ length: idLength }, () => letters[Math.floor(random() * letters.length)]).join('')

const freshSecret = (random: Random): string => {
  const bytes = Uint8Array.from({ length: secretBytes }, () => Math.floor(random() * 256))
  return Buffer.from(bytes).toString('base64url')
}

/**
 * A fresh key of this id.
 *
 * @param random numbers that nobody can foresee
 */
export const newKeyText = (id: string, random: Random): string =>
  `${keyPrefix}${id}_${freshSecret(random)}`

const idForm = new RegExp(`^[A-Za-z0-9]{${idLength}}$`)

/** Whether a text can be the id of a key. */
export const isKeyId = (text: string): boolean => idForm.test(text)

/** The id that a text names, if it looks like a key of ours; else null. */
export const keyIdIn = (text: string): string | null => form.exec(text)?.[1] ?? null

/** SHA-256, base64url: a key has 256 bits of chance, which no dictionary has. */
export const hashOfKey = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')
