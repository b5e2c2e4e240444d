/** How attempts and operators change the state of an endpoint. No I/O. No clock. */
import {
  type Attempt,
  type EndpointState,
  type EndpointStatus,
  failingAfter,
} from '../../deliveries'

/** Of an endpoint that was never tried. */
export const freshState = (endpoint: string): EndpointState => ({
  endpoint,
  status: 'on',
  reason: null,
  failures: 0,
  failingSince: null,
  lastFailureAt: null,
  lastError: null,
  lastSuccessAt: null,
  recoveredAt: null,
  dropped: 0,
})

/** After an attempt; `took` says whether it shows that the endpoint is well. */
export const afterAttempt = (
  state: EndpointState,
  { at, error }: Pick<Attempt, 'at' | 'error'>,
  took: boolean | null,
): EndpointState => {
  if (took === null) return state
  if (!took) {
    return {
      ...state,
      failures: state.failures + 1,
      failingSince: state.failingSince ?? at,
      lastFailureAt: at,
      lastError: error,
    }
  }
  return {
    ...state,
    failures: 0,
    failingSince: null,
    // A try may have begun before the endpoint was resumed, or where a clock is behind: yet it is
    // what came after that.
    lastSuccessAt: Math.max(at, state.lastSuccessAt ?? 0, state.recoveredAt ?? 0),
    recoveredAt: state.failures >= failingAfter ? at : state.recoveredAt,
  }
}

/** With another status, if it is one of `from` now. One that fails and is set on begins anew. */
export const withStatus = (
  state: EndpointState,
  status: EndpointStatus,
  reason: string | null,
  at: number,
  from: readonly EndpointStatus[] | undefined,
): EndpointState => {
  if (from && !from.includes(state.status)) return state
  if (status !== 'on') return { ...state, status, reason }
  if (state.status === 'on' && state.failures < failingAfter) return state
  return { ...state, status, reason: null, failures: 0, failingSince: null, recoveredAt: at }
}
