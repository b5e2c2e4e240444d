/** What a try means: for its delivery, and for its endpoint. Pure. */
import { minuteMs } from '../../clock'
import type { Random } from '../../retry'
import type { DeliveryOutcome, EndpointState } from '../../store/deliveries'
import type { Sent } from '../send/sender'
import { isFailing, probeDelayMs, retryDelayMs } from './schedule'

export interface Tried {
  readonly sent: Pick<Sent, 'verdict' | 'attempt' | 'retryAfterSeconds'>
  /** How many tries of this delivery had counted before. */
  readonly step: number
  /** The endpoint before this try. */
  readonly state: EndpointState
  readonly now: number
}

/** Whether a try shows that its endpoint is well. One that wants an event no more has read it. */
export const isTaken = ({ verdict }: Pick<Sent, 'verdict'>): boolean =>
  verdict === 'done' || verdict === 'aborted'

/** What a try leaves of its delivery. */
export const outcomeOf = (tried: Tried, random: Random): DeliveryOutcome => {
  const { sent, step, state, now } = tried
  const { verdict, retryAfterSeconds, attempt } = sent
  if (verdict === 'done') return { status: 'done' }
  const lastError = attempt.error ?? 'it failed'
  if (verdict === 'aborted') return { status: 'dead', lastError }
  // It stays for the day on which its endpoint is switched on again.
  if (verdict === 'gone')
    return { status: 'pending', lastError, nextAttemptAt: now + minuteMs, step }
  // A probe counts against no event: it waits behind the others, so that each gets its turn.
  if (isFailing(state)) {
    const delayMs = probeDelayMs(state.failures + 1, retryAfterSeconds, random)
    return { status: 'pending', lastError, nextAttemptAt: now + delayMs, step }
  }
  const delayMs = retryDelayMs(step, retryAfterSeconds, random)
  if (delayMs === null) return { status: 'dead', lastError }
  return { status: 'pending', lastError, nextAttemptAt: now + delayMs, step: step + 1 }
}

/** So many times suited itself may fail over one delivery. */
const mostOwnFailures = 5

/** What is left of a delivery when it could not even be tried, by a mistake of ours. */
export const outcomeOfOwnFailure = (
  step: number,
  reason: string,
  now: number,
  random: Random,
): DeliveryOutcome => {
  const lastError = `suited could not send it: ${reason}`
  const delayMs = step + 1 < mostOwnFailures ? retryDelayMs(step, null, random) : null
  if (delayMs === null) return { status: 'dead', lastError }
  return { status: 'pending', lastError, nextAttemptAt: now + delayMs, step: step + 1 }
}
