/** Ids, secrets and nonces out of an injected source of randomness. No I/O. No clock. */
import type { Random } from '../../retry'

const digits = '0123456789'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const alphanumeric = letters + digits

/**
 * What a text is made of: `token` as most of WeCom's credentials, `base64` as its agent tickets.
 */
export const alphabets = {
  digits,
  alphanumeric,
  token: `${alphanumeric}-_`,
  base64: `${alphanumeric}+/=`,
} as const

/** A random text of one of the kinds that WeCom makes. */
export const randomText = (
  random: Random,
  length: number,
  alphabet: keyof typeof alphabets = 'alphanumeric',
): string => {
  const characters = alphabets[alphabet]
  let text = ''
  while (text.length < length) text += characters[Math.floor(random() * characters.length)]
  return text
}

/** A whole number of `length` digits, as text because WeCom's have more than a double can hold. */
export const randomNumber = (random: Random, length: number): string =>
  String(1 + Math.floor(random() * 9)) + randomText(random, length - 1, 'digits')

/** The 16 bytes that open every sealed message. */
export const randomBytes16 = (random: Random): Uint8Array =>
  Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256))

/**
 * A repeatable source of randomness (mulberry32): the same seed gives the same world, ids and
 * secrets. Not for anything that must stay secret.
 *
 * @param seed a 32-bit whole number
 */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
