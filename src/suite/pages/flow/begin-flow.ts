/** The beginning of any flow: a state of its own, the flow sealed with it, and its cookie. Pure. */
import type { Random } from '../../../retry'
import { type Flow, sealFlow } from './flow'
import { cookiePlaceOf, droppedCookies, flowCookie } from './flow-cookie'
import type { FlowKeys } from './flow-keys'
import { newState } from './state'

/** Of each kind of flow what it has before there is a state. */
type Unbegun<F extends Flow> = F extends Flow ? Omit<F, 'state'> : never

export interface BegunFlow {
  readonly state: string
  /** For its return address. */
  readonly sealed: string
  /** Those of the oldest flows of this browser go where there would be too many. */
  readonly setCookies: readonly string[]
}

/**
 * @param parts.cookies the browser's `Cookie` header
 * @param parts.lifeMs how long it may take
 * @param parts.now epoch milliseconds
 * @param parts.random numbers that nobody can foresee
 */
export const beginFlow = (
  keys: FlowKeys,
  unbegun: Unbegun<Flow>,
  parts: { cookies: string | null; lifeMs: number; now: number; random: Random },
): BegunFlow => {
  const { cookies, lifeMs, now, random } = parts
  const state = newState(keys, unbegun, now, random)
  const place = cookiePlaceOf(unbegun.base)
  return {
    state: state.text,
    sealed: sealFlow(keys, { ...unbegun, state: state.text }),
    setCookies: [
      ...droppedCookies(place, cookies),
      flowCookie(keys, place, unbegun.kind, state, lifeMs),
    ],
  }
}
