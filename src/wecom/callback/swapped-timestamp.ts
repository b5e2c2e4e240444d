/**
 * The check that timestamp and nonce of a push are as they were signed. WeCom's signature sorts
 * what it signs and joins it without a separator, so it still fits when the two change places, and
 * when digits move from one to the other: an old push could be made to pass for a fresh one. No
 * I/O. No clock.
 */
import type { Freshness, SignedQuery } from './envelope'

/**
 * How far back the moment of a captured push is looked for where the message names no time near it.
 */
const capturedWithinSeconds = 365 * 86_400

const digitsOfTimestamp = 10

/** Ten digits are the seconds from September 2001 to November 2286. */
const aMoment = /^[1-9]\d{9}$/

/**
 * The timestamps that may have been signed instead of the one that came. What was signed begins or
 * ends with the timestamp, and that has ten digits: besides the one that came there is one at most
 * at either end.
 */
const otherTimestamps = ({ timestamp, nonce }: SignedQuery): string[] => {
  const joined = [timestamp, nonce].sort().join('')
  return [joined.slice(0, digitsOfTimestamp), joined.slice(-digitsOfTimestamp)].filter(
    (other) => other !== timestamp && aMoment.test(other),
  )
}

/**
 * The stale moment at which a push may really have been signed, in seconds: one of the last year or
 * close to the time that the message names; null if there is none. WeCom's own nonces are numbers
 * of up to ten digits as well, so nothing is doubted whose message names a time that is fresh.
 *
 * @param saidAtSeconds the time that the message names; null if it names none
 * @param freshness by which the timestamp is fresh already; a max age of 0 takes any
 */
export const otherSigningTime = (
  query: SignedQuery,
  saidAtSeconds: number | null,
  { now, maxAgeSeconds }: Freshness,
): number | null => {
  const nowSeconds = Math.round(now / 1000)
  if (maxAgeSeconds <= 0) return null
  if (saidAtSeconds !== null && Math.abs(nowSeconds - saidAtSeconds) <= maxAgeSeconds) return null
  const isSuspicious = (moment: number): boolean => {
    const ageSeconds = nowSeconds - moment
    if (Math.abs(ageSeconds) <= maxAgeSeconds) return false
    const isRecent = ageSeconds > 0 && ageSeconds <= capturedWithinSeconds
    return isRecent || (saidAtSeconds !== null && Math.abs(moment - saidAtSeconds) <= maxAgeSeconds)
  }
  return otherTimestamps(query).map(Number).find(isSuspicious) ?? null
}
