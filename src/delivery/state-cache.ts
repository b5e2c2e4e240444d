/**
 * The states of all endpoints as this process knows them: what it changed itself at once, what
 * others changed within a second.
 */
import { type Clock, secondMs } from '../clock'
import type { EndpointState, EndpointStates } from '../store/deliveries'
import { freshState } from '../store/driver/records/endpoint-states'

export interface StateCache {
  /** @throws {ServiceError} store_unavailable */
  get(endpoint: string): Promise<EndpointState>
  /** Read now. @throws {ServiceError} store_unavailable */
  fresh(endpoint: string): Promise<EndpointState>
  put(state: EndpointState): void
  /** What is known is forgotten. */
  clear(): void
}

export const createStateCache = (
  deliveries: Pick<EndpointStates, 'listEndpointStates'>,
  clock: Clock,
): StateCache => {
  let states: Promise<Map<string, EndpointState>> | null = null
  let readAt = 0
  let own = new Map<string, EndpointState>()

  const read = async () => {
    const before = own
    own = new Map()
    try {
      const listed = await deliveries.listEndpointStates()
      return new Map(listed.map((state) => [state.endpoint, state]))
    } catch (error) {
      own = new Map([...before, ...own])
      states = null
      throw error
    }
  }

  const get = async (endpoint: string): Promise<EndpointState> => {
    const now = clock.now()
    if (states === null || now - readAt >= secondMs || now < readAt) {
      readAt = now
      states = read()
    }
    const known = await states
    return own.get(endpoint) ?? known.get(endpoint) ?? freshState(endpoint)
  }

  return {
    get,
    fresh(endpoint) {
      states = null
      return get(endpoint)
    },
    put(state) {
      own.set(state.endpoint, state)
    },
    clear() {
      states = null
    },
  }
}
