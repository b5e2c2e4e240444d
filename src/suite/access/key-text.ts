/** API keys as text: `sk_suited_<id>_<secret>`. What is kept of one is its hash. */
import { createHash } from 'node:crypto'

export const keyPrefix = 'sk_suited_'

const idLength = 16
const secretBytes = 32
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const form = new RegExp(`^${keyPrefix}([A-Za-z0-9]{${idLength}})_[A-Za-z0-9_-]{43}$`)

/** Fresh bytes that nobody can foresee. */
export type RandomBytes = (count: number) => Uint8Array

/** A fresh id. Bytes beyond the last whole alphabet are drawn again, so that all are as likely. */
export const newKeyId = (randomBytes: RandomBytes): string => {
  const fair = 256 - (256 % letters.length)
  let id = ''
  while (id.length < idLength) {
    for (const byte of randomBytes(idLength)) {
      if (byte < fair && id.length < idLength) id += letters[byte % letters.length]
    }
  }
  return id
}

/** A fresh key of this id. */
export const newKeyText = (id: string, randomBytes: RandomBytes): string =>
  `${keyPrefix}${id}_${Buffer.from(randomBytes(secretBytes)).toString('base64url')}`

/** The id that a text names, if it looks like a key of ours; else null. */
export const keyIdIn = (text: string): string | null => form.exec(text)?.[1] ?? null

/** SHA-256, base64url: a key has 256 bits of chance, which no dictionary has. */
export const hashOfKey = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')
