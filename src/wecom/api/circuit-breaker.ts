/**
 * A circuit breaker for a WeCom that is down. Where calls to one path fail in a row, one call in a
 * few seconds finds out whether WeCom is back; all others are told at once how it failed, without a
 * call. So an outage costs the same for a thousand companies as for ten.
 */
import { type Clock, secondMs } from '../../clock'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'

export interface Outage {
  readonly path: string
  /** When the first of the calls in a row failed. Epoch milliseconds. */
  readonly since: number
  readonly failure: WecomFailure
}

export interface CircuitBreakerParts {
  readonly client: WecomClient
  readonly clock: Clock
  /** An outage began, or went on with another failure. */
  onDown(outage: Outage): void
  /** WeCom answers again at this path. */
  onUp(path: string): void
}

/** One company in trouble fails less often than that in ten seconds. */
const failuresInARow = 10
const withinMs = 10 * secondMs
const oneCallEachMs = 5 * secondMs

interface PathState {
  readonly since: number
  /** When the last ones failed. */
  failedAt: number[]
  failure: WecomFailure
  down: boolean
  nextCallAt: number
}

/** The same client, but for paths at which WeCom is down. */
export const createCircuitBreaker = (parts: CircuitBreakerParts): WecomClient => {
  const { client, clock, onDown, onUp } = parts
  const failing = new Map<string, PathState>()

  const noteAnswer = (path: string): void => {
    if (failing.get(path)?.down) onUp(path)
    failing.delete(path)
  }

  const noteFailure = (path: string, failure: WecomFailure): void => {
    const now = clock.now()
    const state = failing.get(path) ?? {
      since: now,
      failedAt: [],
      failure,
      down: false,
      nextCallAt: 0,
    }
    failing.set(path, state)
    state.failure = failure
    state.failedAt = [...state.failedAt, now].slice(-failuresInARow)
    const [first = now] = state.failedAt
    const manyAtOnce = state.failedAt.length === failuresInARow && now - first <= withinMs
    if (!state.down && !manyAtOnce) return
    if (!state.down) state.nextCallAt = now + oneCallEachMs
    state.down = true
    onDown({ path, since: state.since, failure })
  }

  return {
    async call(call, schema) {
      const { path } = call
      const state = failing.get(path)
      if (state?.down) {
        const now = clock.now()
        // A clock that was put back must not close the way for hours.
        const waitMs = state.nextCallAt - now
        if (waitMs > 0 && waitMs <= oneCallEachMs) throw state.failure.asUnasked()
        state.nextCallAt = now + oneCallEachMs
      }
      try {
        const answer = await client.call(call, schema)
        noteAnswer(path)
        return answer
      } catch (error) {
        if (error instanceof WecomFailure && error.passing) noteFailure(path, error)
        else noteAnswer(path)
        throw error
      }
    },
  }
}
