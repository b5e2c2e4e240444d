/**
 * What a browser's return from WeCom's page proves: its state, its sealed flow and its cookie,
 * judged together. What is missing is told from what is wrong, for webviews lose cookies. Pure.
 */

import { type Flow, openFlow } from './flow'
import { cookiePlaceOf, flowLifeMs, judgeCookie, qrLifeMs } from './flow-cookie'
import type { FlowKeys } from './flow-keys'
import { readState, type State, type StateOwner } from './state'

export type ReturnVerdict<F extends Flow> =
  | { readonly verdict: 'good'; readonly flow: F; readonly state: State }
  /** The flow is ours, but nothing shows that it began in this browser: it may start over. */
  | { readonly verdict: 'cookie_missing' | 'state_missing'; readonly flow: F }
  /** Nothing of a flow came with it. */
  | { readonly verdict: 'flow_missing' }
  /** Forged, of another flow or browser, or too old. */
  | { readonly verdict: 'bad_state'; readonly because: 'forged' | 'foreign' | 'expired' }

const bad = (because: 'forged' | 'foreign' | 'expired') =>
  ({ verdict: 'bad_state', because }) as const

const isOf = <K extends Flow['kind']>(
  flow: Flow,
  { kind, suiteKey }: { kind: K; suiteKey: string },
): flow is Extract<Flow, { kind: K }> => flow.kind === kind && flow.suiteKey === suiteKey

const lifeOf = (flow: Flow | null): number =>
  flow?.kind === 'install' && flow.byQr ? qrLifeMs : flowLifeMs

/** Why a state, a flow or a cookie is refused, for the log. */
export const refusedStates = {
  forged: 'The state or the flow of this return is none of ours.',
  foreign: 'The state, the flow and the cookie of this return don’t belong together.',
  expired: 'This flow began too long ago: ten minutes for a login and for WeCom’s install page.',
} as const

/** @param now epoch milliseconds */
export const judgeReturn = <K extends Flow['kind']>(
  keys: FlowKeys,
  owner: StateOwner & { readonly kind: K },
  came: { state: string | null; flow: string | null; cookies: string | null },
  now: number,
): ReturnVerdict<Extract<Flow, { kind: K }>> => {
  const flow = came.flow ? openFlow(keys, came.flow) : null
  if (came.flow && flow === null) return bad('forged')
  const state = readState(keys, owner, came.state, now, lifeOf(flow))
  if (!state.ok && state.reason !== 'missing') return bad(state.reason)
  if (flow === null) return { verdict: 'flow_missing' }
  if (!isOf(flow, owner)) return bad('foreign')
  if (!state.ok) return { verdict: 'state_missing', flow }
  if (flow.state !== state.value.text) return bad('foreign')
  const cookie = judgeCookie(keys, cookiePlaceOf(flow.base), owner.kind, state.value, came.cookies)
  if (cookie === 'forged') return bad('foreign')
  if (cookie === 'missing') return { verdict: 'cookie_missing', flow }
  return { verdict: 'good', flow, state: state.value }
}
