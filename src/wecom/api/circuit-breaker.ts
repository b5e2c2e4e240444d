/**
 * A circuit breaker for a WeCom that is down. Where calls to one path fail in a row, one call in a
 * few seconds finds out whether WeCom is back; all others are told at once how it failed, without a
 * call. So a WeCom that is down costs the same for a thousand companies as for ten.
 */
import { type Clock, secondMs } from '../../clock'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'

/** A path at which WeCom is down: no call but one in a few seconds gets through. */
export interface OpenCircuit {
  readonly path: string
  /** When the first of the calls in a row failed. Epoch milliseconds. */
  readonly since: number
  readonly failure: WecomFailure
}

export interface CircuitBreakerParts {
  readonly client: WecomClient
  readonly clock: Clock
  /** WeCom was found down at a path, or still is, perhaps with another failure. */
  onOpen(circuit: OpenCircuit): void
  /** WeCom answers again at this path. */
  onClose(path: string): void
}

/** One company in trouble fails less often than that in ten seconds. */
const failuresInARow = 10
const withinMs = 10 * secondMs
const oneCallEachMs = 5 * secondMs

interface Circuit {
  readonly since: number
  /** When the last ones failed. */
  failedAt: number[]
  failure: WecomFailure
  open: boolean
  nextCallAt: number
}

/** The same client, but for paths at which WeCom is down. */
export const createCircuitBreaker = (parts: CircuitBreakerParts): WecomClient => {
  const { client, clock, onOpen, onClose } = parts
  const failing = new Map<string, Circuit>()

  const noteAnswer = (path: string): void => {
    if (failing.get(path)?.open) onClose(path)
    failing.delete(path)
  }

  const noteFailure = (path: string, failure: WecomFailure): void => {
    const now = clock.now()
    const circuit = failing.get(path) ?? {
      since: now,
      failedAt: [],
      failure,
      open: false,
      nextCallAt: 0,
    }
    failing.set(path, circuit)
    circuit.failure = failure
    circuit.failedAt = [...circuit.failedAt, now].slice(-failuresInARow)
    const [first = now] = circuit.failedAt
    const manyAtOnce = circuit.failedAt.length === failuresInARow && now - first <= withinMs
    if (!circuit.open && !manyAtOnce) return
    if (!circuit.open) circuit.nextCallAt = now + oneCallEachMs
    circuit.open = true
    onOpen({ path, since: circuit.since, failure })
  }

  return {
    async call(call, schema) {
      const { path } = call
      const circuit = failing.get(path)
      if (circuit?.open) {
        const now = clock.now()
        // A clock that was put back must not close the way for hours.
        const waitMs = circuit.nextCallAt - now
        if (waitMs > 0 && waitMs <= oneCallEachMs) throw circuit.failure.asUnasked()
        circuit.nextCallAt = now + oneCallEachMs
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
