/**
 * Handles: what existing SDKs get where WeCom gives a token. A handle says, sealed, which API key
 * it was given for and whose token it stands for; nothing of it is kept anywhere. Pure.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { secondMs } from '../../clock'
import { fail, type Result, succeed } from '../../errors'
import type { ProxiedToken } from './proxied-path'

export interface Handle {
  /** Of the API key whose rights it has. */
  readonly keyId: string
  /** The token that it stands for, and no other. */
  readonly token: ProxiedToken
  /** Epoch milliseconds; the seconds of it count. */
  readonly expiresAt: number
}

/** The keys that seal handles, made from the service's own secret. */
export interface HandleKeys {
  readonly sealing: Uint8Array
  readonly nonces: Uint8Array
}

export type HandleFailure =
  /** Forged, cut, or sealed by another service. */
  | 'unknown'
  /** Its time is over: its key may be good still. */
  | 'expired'

export const handlePrefix = 'sh_suited_'

const cipher = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
/** The documented size of WeCom's own tokens, for which SDKs and their databases have room. */
const longestHandle = 512

const form = new RegExp(`^${handlePrefix}([A-Za-z0-9_-]+)$`)

const letters = { access_token: 'c', suite_access_token: 's', provider_access_token: 'p' } as const

/** @param secret `Store.serviceSecret()`: the same for all replicas, and after a restart */
export const handleKeysOf = (secret: Uint8Array): HandleKeys => {
  const derived = new Uint8Array(hkdfSync('sha256', secret, '', 'handle', 2 * keyBytes))
  return { sealing: derived.subarray(0, keyBytes), nonces: derived.subarray(keyBytes) }
}

const textOf = ({ keyId, token, expiresAt }: Handle): string =>
  JSON.stringify([
    keyId,
    letters[token.kind],
    token.suiteId,
    token.corpid,
    Math.floor(expiresAt / secondMs),
  ])

/** The letter is sealed together with its ids: it can't be another one's. */
const tokenOf = (letter: string, suiteId: string, corpid: string | null): ProxiedToken => {
  if (letter === letters.provider_access_token) {
    return { suiteId, corpid: null, kind: 'provider_access_token' }
  }
  return corpid === null
    ? { suiteId, corpid, kind: 'suite_access_token' }
    : { suiteId, corpid, kind: 'access_token' }
}

const handleOf = (text: string): Handle => {
  const [keyId, letter, suiteId, corpid, expires] = JSON.parse(text)
  return { keyId, token: tokenOf(letter, suiteId, corpid), expiresAt: expires * secondMs }
}

/**
 * The handle as text: URL-safe, at most 512 characters, and the same for the same content: its
 * nonce comes from what it says, so that none is ever used for two.
 */
export const sealHandle = (keys: HandleKeys, handle: Handle): string => {
  const text = textOf(handle)
  const nonce = createHmac('sha256', keys.nonces).update(text).digest().subarray(0, nonceBytes)
  const sealing = createCipheriv(cipher, keys.sealing, nonce)
  const sealed = [nonce, sealing.update(text, 'utf8'), sealing.final(), sealing.getAuthTag()]
  return handlePrefix + Buffer.concat(sealed).toString('base64url')
}

const opened = (keys: HandleKeys, text: string): string | null => {
  const [, sealed] = text.length > longestHandle ? [] : (form.exec(text) ?? [])
  const bytes = Buffer.from(sealed ?? '', 'base64url')
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

/** @param now epoch milliseconds */
export const openHandle = (
  keys: HandleKeys,
  text: string,
  now: number,
): Result<Handle, HandleFailure> => {
  const inside = opened(keys, text)
  if (inside === null) return fail('unknown')
  const handle = handleOf(inside)
  return handle.expiresAt > now ? succeed(handle) : fail('expired')
}
