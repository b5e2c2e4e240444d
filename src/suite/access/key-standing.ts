/** Whether an API key is good now, and what a rotation makes of it. Pure. */
import { equalInConstantTime } from '../../constant-time'
import type { ApiKeyRecord } from '../../store/api-keys'
import { hashOfKey } from './key-text'

/** Whether a key has ended, by itself or because it was revoked. */
export const hasEnded = ({ revokedAt, expiresAt }: ApiKeyRecord, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= now)

export type KeyStanding = 'good' | 'ended' | 'revoked'

/** How a key stands now. */
export const standingAt = (record: ApiKeyRecord, now: number): KeyStanding => {
  if (record.revokedAt !== null) return 'revoked'
  return hasEnded(record, now) ? 'ended' : 'good'
}

/** Until when the secret of before a rotation counts; null if none does any more. */
export const previousUntil = ({ secrets }: ApiKeyRecord, now: number): number | null => {
  const until = secrets[1]?.until ?? null
  return until !== null && until > now ? until : null
}

/** Whether `text` is this key, in one of its secrets that still count. */
export const isTextOf = (record: ApiKeyRecord, text: string, now: number): boolean => {
  const hash = hashOfKey(text)
  // All are compared, so that nobody learns which one it was.
  const fits = record.secrets.map(
    (secret) =>
      equalInConstantTime(secret.hash, hash) && (secret.until === null || secret.until > now),
  )
  return fits.includes(true)
}

/** The key with a fresh secret; the present one counts until `previousUntil`. */
export const rotated = (
  record: ApiKeyRecord,
  freshHash: string,
  previousUntil: number,
): ApiKeyRecord => {
  const [present] = record.secrets
  const previous = present ? [{ ...present, until: previousUntil }] : []
  return { ...record, secrets: [{ hash: freshHash, until: null }, ...previous] }
}
