/**
 * When a delivery is tried again, and how an endpoint that fails is treated. Every decision about
 * time, without a clock. Pure.
 */
import { dayMs, hourMs, minuteMs, secondMs } from '../../clock'
import type { Random } from '../../retry'
import { type EndpointState, failingAfter } from '../../store/deliveries'

/** The waits after each failed try, while the endpoint takes other events. */
export const stepsMs = [
  secondMs,
  5 * secondMs,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]

/** The waits between two probes of an endpoint that fails. */
const probesMs = [1, 2, 5, 10, 20, 30, 60].map((seconds) => seconds * secondMs)

/** A fifth either way, so that what failed together doesn't come again together. */
const withJitter = (ms: number, random: Random): number => Math.round(ms * (0.8 + random() * 0.4))

/** What `Retry-After` asks for, between the wait that is due and twice that. */
const asAsked = (ms: number, retryAfterSeconds: number | null): number =>
  retryAfterSeconds === null
    ? ms
    : Math.min(Math.max(retryAfterSeconds * secondMs, ms), Math.max(2 * ms, ms))

/**
 * The wait before the next try, in milliseconds; null when all have been made.
 *
 * @param step how many tries counted before the one that failed now
 */
export const retryDelayMs = (
  step: number,
  retryAfterSeconds: number | null,
  random: Random,
): number | null => {
  const ms = stepsMs[step]
  return ms === undefined ? null : asAsked(withJitter(ms, random), retryAfterSeconds)
}

/** Whether an endpoint takes nothing: what is due for it is held, and it is probed. */
export const isFailing = ({ failures }: Pick<EndpointState, 'failures'>): boolean =>
  failures >= failingAfter

/** Whether what is pending for an endpoint is held. */
export const isHolding = (state: Pick<EndpointState, 'failures' | 'status'>): boolean =>
  state.status !== 'on' || isFailing(state)

/** The wait between the last failure of a failing endpoint and its next probe, in milliseconds. */
export const probeDelayMs = (
  failures: number,
  retryAfterSeconds: number | null,
  random: Random,
): number => {
  const ms = probesMs[Math.min(failures - failingAfter, probesMs.length - 1)] ?? secondMs
  return asAsked(withJitter(ms, random), retryAfterSeconds)
}

/** So long nothing but failures, and an endpoint is switched off. */
export const offAfterMs = 5 * dayMs
const apartMs = 12 * hourMs

/** Whether it has failed so long that it is switched off: failures must lie half a day apart. */
export const hasFailedTooLong = ({ failingSince, lastFailureAt }: EndpointState): boolean =>
  failingSince !== null &&
  lastFailureAt !== null &&
  lastFailureAt - failingSince >= Math.max(offAfterMs, apartMs)

/** From here on a failure is worth an event, and so is its end. */
const announcedAfterMs = 5 * minuteMs

/** Whether it has failed long enough to be spoken of. */
export const isOutage = ({ failingSince, lastFailureAt, failures }: EndpointState): boolean =>
  failures >= failingAfter &&
  failingSince !== null &&
  lastFailureAt !== null &&
  lastFailureAt - failingSince >= announcedAfterMs

const drainFirstPerSecond = 50
const drainDoublesMs = 10 * secondMs
/** From here on the backlog is drained as fast as it is taken. */
const drainFreeAfterMs = 2 * minuteMs

/**
 * How many deliveries of the backlog a second an endpoint gets that is back again: 50, doubling
 * every ten seconds; null: any number.
 */
export const drainPerSecond = (recoveredAt: number | null, now: number): number | null => {
  if (recoveredAt === null) return null
  const sinceMs = Math.max(now - recoveredAt, 0)
  if (sinceMs >= drainFreeAfterMs) return null
  return drainFirstPerSecond * 2 ** Math.floor(sinceMs / drainDoublesMs)
}

/** What was dispatched within this time goes before all that waits longer. */
export const freshMs = 10 * secondMs
