/**
 * The work of deliveries: a worker for each endpoint there is, begun and ended as they come and go.
 */
import type { Clock } from '../clock'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Deliveries } from '../store/deliveries'
import type { Endpoint, EndpointDirectory } from './endpoint'
import type { EndpointNotices } from './endpoint-notices'
import { type EndpointWorker, startEndpointWorker } from './endpoint-worker'
import type { Sender } from './send/sender'
import type { DeliverySharing } from './sharing'
import type { StateCache } from './state-cache'
import { isWantedByAny, type SuiteKeyOf } from './wanted'

export interface DeliveryWorkers {
  /** How many deliveries are under way now. */
  inHand(): number
  /** Something is due for an endpoint, or it has changed. */
  wake(endpoint: string): void
  wakeAll(): void
  /** Counts an attempt that can't wait; what is returned is called when it has ended. */
  beside(endpoint: Endpoint): () => void
  /** Begins workers for endpoints that are new and ends those of endpoints that are gone. */
  follow(): Promise<void>
  /** Resolves when what was begun has ended. */
  stop(): Promise<void>
}

export const createDeliveryWorkers = (parts: {
  endpoints: EndpointDirectory
  states: StateCache
  suiteKeyOf: SuiteKeyOf
  deliveries: Deliveries
  sender: Sender
  notices: EndpointNotices
  sharing: DeliverySharing
  clock: Clock
  random: Random
  log: Logger
}): DeliveryWorkers => {
  const { endpoints, states, suiteKeyOf, deliveries, sender, notices, sharing } = parts
  const { clock, random, log } = parts
  const workers = new Map<string, EndpointWorker>()
  /** Of endpoints that were made by the API. */
  const removable = new Set<string>()
  let isStopping = false

  const startOf = (name: string): EndpointWorker =>
    startEndpointWorker({
      name,
      endpoint: () => endpoints.byName(name),
      state: () => states.get(name),
      freshState: () => states.fresh(name),
      changed: states.put,
      isWanted: (endpoint, event) =>
        isWantedByAny(endpoint, () => endpoints.filtersElsewhere(name), event, suiteKeyOf),
      deliveries,
      sender,
      notices,
      sharing,
      clock,
      random,
      log,
    })

  /**
   * Until this process knew that an endpoint was removed elsewhere it dispatched events to it,
   * which nobody sends.
   */
  const forgetRemoved = async (name: string): Promise<void> => {
    if (!removable.delete(name)) return
    endpoints.forget()
    const isThere = (await endpoints.destinations()).some((one) => one.name === name)
    if (!isThere) await deliveries.forgetEndpoint(name)
  }

  return {
    inHand: () => [...workers.values()].reduce((sum, worker) => sum + worker.inHand(), 0),
    wake(endpoint) {
      workers.get(endpoint)?.wake()
    },
    wakeAll() {
      for (const worker of workers.values()) worker.wake()
    },
    beside: (endpoint) => workers.get(endpoint.name)?.beside(endpoint) ?? (() => undefined),
    async follow() {
      const all = await endpoints.all()
      for (const { name, origin, order } of all) {
        if (workers.has(name)) continue
        // Its order may be another one than when the service ended; an edit by API writes it.
        if (origin === 'settings') {
          const ofAll = [order, ...endpoints.filtersElsewhere(name).map((other) => other.order)]
          await deliveries.setOrdered(name, ofAll.includes('corp'))
        }
        if (isStopping) return
        if (!workers.has(name)) workers.set(name, startOf(name))
        if (origin === 'api') removable.add(name)
      }
      const names = new Set(all.map(({ name }) => name))
      for (const [name, worker] of workers) {
        if (names.has(name)) continue
        workers.delete(name)
        await worker.stop()
        await forgetRemoved(name)
      }
    },
    async stop() {
      isStopping = true
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
    },
  }
}
