/**
 * Whether timestamp and nonce of a push may have changed places. WeCom's signature sorts what it
 * signs, so the exchange leaves it right: an old push whose nonce reads as a moment of today would
 * pass for a fresh one. No I/O. No clock.
 */
import type { Freshness, SignedQuery } from './envelope'

/** How far back the moment of a captured push is looked for where the message names no time. */
const capturedWithinSeconds = 30 * 86_400

/**
 * True if the nonce reads as the moment at which the push was really signed: an old one, of the
 * last thirty days or close to the time that the message names. WeCom's own nonces are numbers of
 * up to ten digits as well, so nothing is refused whose message names a time that is fresh.
 *
 * @param saidAtSeconds the time that the message names; null if it names none
 * @param freshness by which the timestamp is fresh already; a max age of 0 takes any
 */
export const maySwap = (
  query: SignedQuery,
  saidAtSeconds: number | null,
  { now, maxAgeSeconds }: Freshness,
): boolean => {
  // Ten digits are the seconds from September 2001 to November 2286.
  if (maxAgeSeconds <= 0 || !/^\d{10}$/.test(query.nonce)) return false
  const nonce = Number(query.nonce)
  const ageSeconds = Math.round(now / 1000) - nonce
  if (ageSeconds <= maxAgeSeconds) return false
  if (saidAtSeconds === null) return ageSeconds <= capturedWithinSeconds
  if (Math.abs(Math.round(now / 1000) - saidAtSeconds) <= maxAgeSeconds) return false
  return ageSeconds <= capturedWithinSeconds || Math.abs(nonce - saidAtSeconds) <= maxAgeSeconds
}
