/**
 * The times at which callbacks were signed: what is refused for them, and what the clock check gets
 * to know of them.
 */
import { type Clock, dayMs, secondMs } from '../../clock'
import type { CallbackPair, SignedQuery } from '../../wecom/callback/envelope'
import { otherSigningTime } from '../../wecom/callback/swapped-timestamp'
import { RefusedCallbackError } from './refused/refused-callback'

export interface SigningTimes {
  /** Reports the moment, whatever it is: of a callback that is refused for it already. */
  report(query: SignedQuery): void
  /**
   * Reports the moment of a URL check or push that is taken, unless digits may have been moved for
   * it.
   */
  reportUnlessMoved(query: SignedQuery, saidAtSeconds: number | null): void
  /**
   * @param saidAtSeconds the time that the message names; null if it names none
   * @param signer whose signature fits
   * @throws {RefusedCallbackError} stale_timestamp — it may have been signed long ago
   */
  refuseMoved(query: SignedQuery, saidAtSeconds: number | null, signer: CallbackPair): void
}

export const staleDetail =
  'The signed timestamp is too far from our clock: check the clock of this machine.'

/**
 * @param maxAgeSeconds 0 takes callbacks of any age
 * @param onSignedAt told of moments in epoch milliseconds, with the nonces that came with them
 */
export const createSigningTimes = (
  clock: Clock,
  maxAgeSeconds: number,
  onSignedAt: (moment: number, nonce: string) => void,
): SigningTimes => {
  const report = ({ timestamp, nonce }: SignedQuery): void =>
    onSignedAt(Number(timestamp) * secondMs, nonce)

  const otherTime = (query: SignedQuery, saidAt: number | null, maxAge: number): number | null =>
    otherSigningTime(query, saidAt, { now: clock.now(), maxAgeSeconds: maxAge })

  return {
    report,

    reportUnlessMoved(query, saidAt) {
      // What confirms the clock is held to a day even where callbacks of any age are taken.
      if (otherTime(query, saidAt, maxAgeSeconds || dayMs / secondMs) === null) report(query)
    },

    refuseMoved(query, saidAt, signer) {
      const signedAt = otherTime(query, saidAt, maxAgeSeconds)
      if (signedAt === null) return
      const ageSeconds = Math.round(clock.now() / secondMs) - signedAt
      const mistake = { code: 'stale_timestamp', ageSeconds } as const
      throw new RefusedCallbackError('stale_timestamp', staleDetail, mistake, signer)
    },
  }
}
