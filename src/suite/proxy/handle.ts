/**
 * Handles: what existing SDKs get where WeCom gives a token. A handle says, sealed, which API key
 * it was given for and whose token it stands for; nothing of it is kept anywhere. Pure.
 */
import { secondMs } from '../../clock'
import { fail, type Result, succeed } from '../../errors'
import { openText, type SealedTextKeys, sealedTextKeys, sealText } from '../sealed-text'
import type { ProxiedToken } from './proxied-path'

export interface Handle {
  /** Of the API key whose rights it has. */
  readonly keyId: string
  /** The token that it stands for, and no other. */
  readonly token: ProxiedToken
  /** Epoch milliseconds; the seconds of it count. */
  readonly expiresAt: number
}

export type HandleFailure =
  /** Forged, cut, or sealed by another service. */
  | 'unknown'
  /** Its time is over: its key may be good still. */
  | 'expired'

export const handlePrefix = 'sh_suited_'

/** The documented size of WeCom's own tokens, for which SDKs and their databases have room. */
const longestHandle = 512

const form = new RegExp(`^${handlePrefix}([A-Za-z0-9_-]+)$`)

const letters = { access_token: 'c', suite_access_token: 's', provider_access_token: 'p' } as const

/** @param secret `Store.serviceSecret()`: the same for all replicas, and after a restart */
export const handleKeysOf = (secret: Uint8Array): SealedTextKeys => sealedTextKeys(secret, 'handle')

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

/** The handle as text: URL-safe, at most 512 characters, and the same for the same content. */
export const sealHandle = (keys: SealedTextKeys, handle: Handle): string =>
  handlePrefix + sealText(keys, textOf(handle))

const opened = (keys: SealedTextKeys, text: string): string | null => {
  const [, sealed] = text.length > longestHandle ? [] : (form.exec(text) ?? [])
  return sealed === undefined ? null : openText(keys, sealed)
}

/** @param now epoch milliseconds */
export const openHandle = (
  keys: SealedTextKeys,
  text: string,
  now: number,
): Result<Handle, HandleFailure> => {
  const inside = opened(keys, text)
  if (inside === null) return fail('unknown')
  const handle = handleOf(inside)
  return handle.expiresAt > now ? succeed(handle) : fail('expired')
}
