/**
 * A condition that somebody has to mend, such as a ticket that doesn't come: how it stands, and the
 * own event that is due when that has changed since the last one. Pure.
 */
import type { OwnEventType } from '../../../events/own-events'
import type { Fact } from '../../../store/facts'

/** The two types of own event that tell of one condition. */
export interface ConditionTypes {
  readonly begins: OwnEventType
  readonly ends: OwnEventType
}

/** What is told beside the moment. Holds no secret. */
export type Details = Readonly<Record<string, unknown>>

/**
 * As it is found at one moment. Unknown is what this process can't judge: it is left as it was told
 * last. `since` is epoch milliseconds.
 */
export type Condition =
  | { readonly state: 'on'; readonly since: number; readonly details: Details }
  | { readonly state: 'off'; readonly since: number }
  | { readonly state: 'unknown' }

export const unknown: Condition = { state: 'unknown' }

/** What was told last, by whichever process. Times are epoch milliseconds. */
export interface Told {
  readonly state: 'on' | 'off'
  readonly at: number
  /** Since when it was so. */
  readonly since: number
}

export type FactPayload = Readonly<Record<string, unknown>>

export const payloadOfFact = ({ payload }: Fact): FactPayload => JSON.parse(payload || '{}')

/** @param latest the newest fact of either type; null if there is none */
export const toldBy = (types: ConditionTypes, latest: Fact | null): Told | null => {
  if (latest === null) return null
  const { since } = payloadOfFact(latest)
  return {
    state: latest.type === types.begins ? 'on' : 'off',
    at: latest.at,
    since: typeof since === 'number' ? since : latest.at,
  }
}

export interface Change {
  readonly type: OwnEventType
  readonly payload: Details
}

/** The own event that is due; null while nothing has changed. What never was on isn't off again. */
export const changeOf = (
  types: ConditionTypes,
  condition: Condition,
  told: Told | null,
): Change | null => {
  const wasOn = told?.state === 'on'
  if (condition.state === 'on' && !wasOn) {
    const { since, details } = condition
    return { type: types.begins, payload: { since, ...details } }
  }
  if (condition.state === 'off' && wasOn) {
    return { type: types.ends, payload: { since: condition.since, failingSince: told.since } }
  }
  return null
}
