/**
 * The choice of refused callbacks that operators are warned of. Anybody can send what looks like a
 * push of WeCom's, so that this is believed only where no such push is accepted either. Pure.
 */
import { dayMs, hourMs } from '../../../clock'
import type { Suites } from '../../suites'
import type { RefusedCallbackGroup } from './counts'
import type { RefusedPlace } from './refused-callback'

export interface BeliefFacts {
  readonly suites: Suites
  /** Whether a ticket of the suite of this key came when one was last due. */
  hasTicket(suiteKey: string): boolean
  /** When a callback was last accepted at a place; null if never. Epoch milliseconds. */
  acceptedAt(place: RefusedPlace): number | null
  /** Epoch milliseconds. */
  readonly now: number
}

/** A day without another one: the URL was taken out of the console, or nothing is sent there. */
const signedBelievedMs = dayMs
/** Of what nobody has signed much less is believed; tickets come every ten minutes. */
const unsignedBelievedMs = hourMs
/** Where no tickets come, companies or the provider may send nothing for as long. */
const silenceMs = dayMs

/** Whether nothing is accepted where a push would be, if what looks like WeCom's were WeCom's. */
const isSilent = (place: RefusedPlace, facts: BeliefFacts): boolean => {
  const { suites, hasTicket, acceptedAt, now } = facts
  const { url, suiteKey, pathCorpid } = place
  if (url === 'command' || url === 'data') return suiteKey !== null && !hasTicket(suiteKey)
  // Strangers can name any company, and the system-event URL may be in nobody's console.
  const hasPair = url === 'system' ? suites.provider.systemPair !== null : pathCorpid !== null
  const lastAt = acceptedAt(place)
  return hasPair && (lastAt === null || now - lastAt >= silenceMs)
}

export const isBelieved = (group: RefusedCallbackGroup, facts: BeliefFacts): boolean => {
  const { standing, mistake, lastAt, place, mended } = group
  // The paths at which nothing takes callbacks are warned of by themselves.
  if (mended || standing === 'other' || mistake.code === 'unknown_suite') return false
  const { suites, now } = facts
  const hasLeft = place.suiteKey !== null && !suites.all.some(({ key }) => key === place.suiteKey)
  if (hasLeft) return false
  if (standing === 'signed') return now - lastAt < signedBelievedMs
  return now - lastAt < unsignedBelievedMs && isSilent(place, facts)
}
