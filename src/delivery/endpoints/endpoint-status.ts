/**
 * How endpoints stand, for operators: what waits for each, since when, and what deserves a word.
 */
import { dayMs } from '../../clock'
import type { DeliveryCounts, EndpointState, EndpointStates } from '../../store/deliveries'
import { freshState } from '../../store/driver/records/endpoint-states'
import type { EventRecord } from '../../store/event-record'
import { counted, inWords, verb } from '../../wording'
import type { Endpoint, EndpointDirectory } from '../endpoint'
import { isHolding, offAfterMs } from '../schedule/schedule'

export interface StandingEndpoint {
  readonly endpoint: Endpoint
  readonly state: EndpointState
  readonly counts: DeliveryCounts
}

/** All endpoints with how they stand, by name. */
export const standingEndpoints = async (parts: {
  endpoints: EndpointDirectory
  deliveries: Pick<EndpointStates, 'listEndpointStates' | 'countDeliveries'>
}): Promise<StandingEndpoint[]> => {
  const [all, states, counts] = await Promise.all([
    parts.endpoints.all(),
    parts.deliveries.listEndpointStates(),
    parts.deliveries.countDeliveries(),
  ])
  return all.map((endpoint) => ({
    endpoint,
    state: states.find((one) => one.endpoint === endpoint.name) ?? freshState(endpoint.name),
    counts: counts.find((one) => one.endpoint === endpoint.name) ?? {
      endpoint: endpoint.name,
      pending: 0,
      oldestPendingAt: null,
      dead: 0,
    },
  }))
}

/** What waits for endpoints that are gone from the settings of all replicas: nobody takes it. */
export const waitingForNobody = async (parts: {
  endpoints: Pick<EndpointDirectory, 'destinations'>
  deliveries: Pick<EndpointStates, 'countDeliveries'>
}): Promise<DeliveryCounts[]> => {
  const names = new Set((await parts.endpoints.destinations()).map(({ name }) => name))
  const counts = await parts.deliveries.countDeliveries()
  return counts.filter(({ endpoint, pending }) => pending > 0 && !names.has(endpoint))
}

/** What an operator should hear of them, with what to do. */
export const warningForNobody = (
  { endpoint, pending, oldestPendingAt }: DeliveryCounts,
  heldForMs: number,
): string => {
  const until = new Date((oldestPendingAt ?? 0) + heldForMs).toISOString()
  return `${counted(pending, 'event')} ${verb(pending, 'waits', 'wait')} for the endpoint ${endpoint}, which is in the settings no more: put it back there, or DELETE /api/endpoints/${endpoint} to forget ${verb(pending, 'it', 'them')}. The oldest are given up from ${until} on.`
}

/** An event whose pending deliveries to those endpoints are held. */
export const withHeld = (event: EventRecord, holding: ReadonlySet<string>) => ({
  ...event,
  deliveries: event.deliveries.map((delivery) =>
    delivery.status === 'pending' && holding.has(delivery.endpoint)
      ? { ...delivery, status: 'held' as const }
      : delivery,
  ),
})

/** The names of those that take nothing: what is pending for them is shown as held. */
export const holdingNames = (states: readonly EndpointState[]): ReadonlySet<string> =>
  new Set(states.filter(isHolding).map(({ endpoint }) => endpoint))

/** So many are shown where they are not what is asked for. */
const mostShown = 50

/** How endpoints stand, in short; those that take nothing stand before the others. */
export const endpointsInShort = (all: readonly StandingEndpoint[]) => ({
  count: all.length,
  items: all
    .toSorted((a, b) => Number(isHolding(b.state)) - Number(isHolding(a.state)))
    .slice(0, mostShown)
    .map(({ endpoint, state, counts }) => ({
      name: endpoint.name,
      status: state.status,
      reason: state.reason,
      pending: counts.pending,
      oldestPendingAt: counts.oldestPendingAt,
      failingSince: state.failingSince,
      lastError: state.lastError,
    })),
})

const warnedParts = [0.9, 0.7, 0.5]

/** What an operator should hear of an endpoint, with what to do. */
export const endpointWarnings = (
  { endpoint, state, counts }: StandingEndpoint,
  now: number,
  heldForMs: number,
): string[] => {
  const { name } = endpoint
  const warnings: string[] = []
  const { pending, oldestPendingAt } = counts
  const isHeld = isHolding(state) && pending > 0 && oldestPendingAt !== null
  if (isHeld) {
    const why =
      state.status === 'on'
        ? `fails (${state.lastError})`
        : `is ${state.status}${state.reason ? `: ${state.reason}` : ''}`
    warnings.push(
      `${counted(pending, 'event')} ${verb(pending, 'is', 'are')} held for the endpoint ${name}, the oldest for ${inWords(now - oldestPendingAt)}: it ${why}. Mend it, then POST /api/endpoints/${name}/resume.`,
    )
    if (oldestPendingAt + heldForMs - 7 * dayMs <= now) {
      warnings.push(
        `Events held for the endpoint ${name} are given up from ${new Date(oldestPendingAt + heldForMs).toISOString()} on: mend it, or remove it.`,
      )
    }
  }
  if (state.status === 'on' && state.failingSince !== null) {
    const part = (now - state.failingSince) / offAfterMs
    const reached = warnedParts.find((one) => part >= one)
    if (reached !== undefined) {
      warnings.push(
        `The endpoint ${name} has failed for ${Math.round(reached * 100)} % of the five days after which it is switched off: ${state.lastError}`,
      )
    }
  }
  if (state.dropped > 0) {
    warnings.push(
      `${counted(state.dropped, 'event')} for the endpoint ${name} ${verb(state.dropped, 'was', 'were')} given up, for nobody took ${verb(state.dropped, 'it', 'them')} in time: POST /api/endpoints/${name}/replay sends what is still kept.`,
    )
  }
  return warnings
}
