import { minuteMs, secondMs } from './clock'

/** A number in [0, 1), handed in so that tests can fix it. */
export type Random = () => number

export interface Backoff {
  readonly firstMs: number
  readonly ceilingMs: number
}

/**
 * The wait before try number `attempt + 1`, in milliseconds: doubling from `firstMs` up to
 * `ceilingMs`, with a jitter of a quarter either way so that many waiters don't return at once.
 *
 * @param attempt how many tries have failed, from 1
 */
export const backoffMs = (attempt: number, backoff: Backoff, random: Random): number => {
  const doubled = backoff.firstMs * 2 ** Math.min(attempt - 1, 30)
  return Math.round(Math.min(doubled, backoff.ceilingMs) * (0.75 + random() / 2))
}

const exchangeStepsMs = [2, 4, 8].map((seconds) => seconds * secondMs)

/**
 * WeCom's documents: a `suite_ticket` is good for 30 minutes. Older ones are a warning, still
 * tried.
 */
export const ticketLifeMs = 30 * minuteMs
/** They come every ten minutes: after one more something is in their way. */
export const ticketOverdueMs = 11 * minuteMs

/** An `auth_code` lives this long after WeCom made it. */
export const authCodeLifeMs = 10 * minuteMs

/**
 * The wait before the exchange of an `auth_code` is tried again: 2, 4, 8, then every 15 seconds.
 *
 * @param attempt how many tries have failed, from 1
 */
export const exchangeRetryMs = (attempt: number): number =>
  exchangeStepsMs[attempt - 1] ?? 15 * secondMs
