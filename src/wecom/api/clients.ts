/**
 * The clients of WeCom's API: one for each suite and one for background work, each with a circuit
 * breaker of its own and a flow in the fair queue that all share.
 */
import { createCircuitBreaker, type OpenCircuit } from './circuit-breaker'
import { createWecomClient, type WecomClient, type WecomClientParts } from './client'
import { createFairQueue } from './fair-queue'
import { createQueuedClient } from './queued-client'

export interface WecomClients {
  /** The client of one flow, such as a suite's id; the same one for the same name. */
  client(flow: string): WecomClient
  /** Where WeCom is down, for operators; empty as a rule. */
  warnings(): string[]
}

/**
 * Renewals and events begin sixteen calls each at most, so that what pages wait for finds room;
 * a quarter is free for other suites whatever one of them does.
 */
const limits = { atOnce: 64, perFlow: 48, waiting: 2000 }

/** The flow of whatever no page waits for. */
export const backgroundFlow = 'background'

export const createWecomClients = (parts: WecomClientParts): WecomClients => {
  const { clock, log } = parts
  const queue = createFairQueue(limits)
  const clients = new Map<string, WecomClient>()
  const openCircuits = new Map<string, OpenCircuit>()

  const client = createWecomClient(parts)

  const create = (flow: string): WecomClient => {
    const breaker = createCircuitBreaker({
      client,
      clock,
      onOpen(circuit) {
        const { path, failure } = circuit
        const name = `${flow} ${path}`
        if (!openCircuits.has(name)) {
          const reason = failure.message
          log.error('WeCom is down: until it answers it is asked every few seconds at most', {
            flow,
            path,
            reason,
            failure: failure.fault?.code ?? failure.kind,
            cure: failure.fault?.cure,
          })
        }
        openCircuits.set(name, circuit)
      },
      onClose(path) {
        openCircuits.delete(`${flow} ${path}`)
        log.info('WeCom answers again', { flow, path })
      },
    })
    return createQueuedClient({ client: breaker, queue, flow, clock })
  }

  return {
    client(flow) {
      const queued = clients.get(flow) ?? create(flow)
      clients.set(flow, queued)
      return queued
    },
    warnings: () =>
      [...openCircuits.values()].map(
        ({ since, failure }) =>
          `WeCom has been down since ${new Date(since).toISOString()}: ${failure.message}`,
      ),
  }
}
