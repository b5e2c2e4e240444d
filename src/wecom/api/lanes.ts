/** The lanes to WeCom: one client for each suite, all with the same limits, and what is told of outages. */

import { createCircuitBreaker, type Outage } from './circuit-breaker'
import { createWecomClient, type WecomClient, type WecomClientParts } from './client'
import { createTurns } from './fair-queue'
import { createQueuedClient } from './queued-client'

export interface WecomLanes {
  /** The client of one lane; the same one for the same name. */
  client(lane: string): WecomClient
  /** Where WeCom is down, for operators; empty as a rule. */
  warnings(): string[]
}

/**
 * Renewals and events begin sixteen calls each at most, so that what pages wait for finds room;
 * a quarter is free for other suites whatever one of them does.
 */
const limits = { atOnce: 64, perLane: 48, waiting: 2000 }

/** The lane of whatever no page waits for. */
export const careLane = 'care'

export const createWecomLanes = (parts: WecomClientParts): WecomLanes => {
  const { clock, log } = parts
  const turns = createTurns(limits)
  const clients = new Map<string, WecomClient>()
  const outages = new Map<string, Outage>()

  const client = createWecomClient(parts)

  const create = (lane: string): WecomClient => {
    const breaker = createCircuitBreaker({
      client,
      clock,
      onDown(outage) {
        const { path, failure } = outage
        const name = `${lane} ${path}`
        if (!outages.has(name)) {
          const reason = failure.message
          log.error('WeCom is down: until it answers it is asked every few seconds at most', {
            lane,
            path,
            reason,
            failure: failure.fault?.code ?? failure.kind,
            cure: failure.fault?.cure,
          })
        }
        outages.set(name, outage)
      },
      onUp(path) {
        outages.delete(`${lane} ${path}`)
        log.info('WeCom answers again', { lane, path })
      },
    })
    return createQueuedClient({ client: breaker, turns, lane, clock })
  }

  return {
    client(lane) {
      const queued = clients.get(lane) ?? create(lane)
      clients.set(lane, queued)
      return queued
    },
    warnings: () =>
      [...outages.values()].map(
        ({ since, failure }) =>
          `WeCom has been down since ${new Date(since).toISOString()}: ${failure.message}`,
      ),
  }
}
