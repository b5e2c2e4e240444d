/** The states of endpoints beside the memory event log, and the attempts to deliver to them. */
import type { Attempts, DeliveryCounts, EndpointState, EndpointStates } from '../deliveries'
import type { Lifecycle } from '../driver/lifecycle'
import type { Moving } from '../driver/moving'
import { cursorAfterSeq, mapPage, pageOf, seqBefore } from '../driver/paging'
import { freshState, withStatus } from '../driver/records/endpoint-states'
import { deliveriesTo, isPending, removeDelivery } from './delivery-entries'
import { dueAt } from './entry'
import type { MemoryEventLogData } from './event-log-data'

export const createMemoryEndpointStates = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
): EndpointStates & Attempts & Pick<Moving, 'addEndpointStates'> => {
  const { states, replays } = data.outgoing
  const stateOf = (endpoint: string): EndpointState => states.get(endpoint) ?? freshState(endpoint)

  return {
    listEndpointStates: () =>
      run(() => [...states.values()].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1))),

    addEndpointStates: (added) =>
      run(() => {
        for (const state of added) states.set(state.endpoint, state)
      }),

    countDeliveries: () =>
      run(() => {
        const names = data.entries.flatMap(({ deliveries }) =>
          deliveries.map(({ record }) => record.endpoint),
        )
        return [...new Set(names)].sort().flatMap((endpoint): DeliveryCounts[] => {
          const all = deliveriesTo(data, endpoint).map(({ delivery }) => delivery.record)
          const pending = all.filter(({ status }) => status === 'pending')
          const dead = all.filter(({ status }) => status === 'dead').length
          if (pending.length + dead === 0) return []
          const ages = pending.map(({ dispatchedAt }) => dispatchedAt)
          const oldestPendingAt = ages.length > 0 ? Math.min(...ages) : null
          return [{ endpoint, pending: pending.length, oldestPendingAt, dead }]
        })
      }),

    setEndpointStatus: (endpoint, status, reason, at, from) =>
      run(() => {
        const before = stateOf(endpoint)
        const after = withStatus(before, status, reason, at, from)
        if (after !== before) states.set(endpoint, after)
        return { before, after }
      }),

    makeDeliveriesDue: (endpoint, now) =>
      run(() => {
        for (const found of deliveriesTo(data, endpoint)) {
          const { delivery } = found
          if (!isPending(found) || dueAt(delivery) <= now) continue
          const nextAttemptAt = Math.min(delivery.record.dispatchedAt, now)
          delivery.record = { ...delivery.record, nextAttemptAt }
        }
      }),

    setOrdered: (endpoint, ordered) =>
      run(() => {
        for (const found of deliveriesTo(data, endpoint)) {
          if (isPending(found)) found.delivery.record = { ...found.delivery.record, ordered }
        }
      }),

    dropDeliveries: (endpoint, before, lastError) =>
      run(() => {
        const old = deliveriesTo(data, endpoint).filter(
          (found) => isPending(found) && found.delivery.record.dispatchedAt < before,
        )
        for (const { delivery } of old) {
          delivery.record = { ...delivery.record, status: 'dead', nextAttemptAt: null, lastError }
          delivery.leaseUntil = 0
        }
        const state = stateOf(endpoint)
        if (old.length > 0) states.set(endpoint, { ...state, dropped: state.dropped + old.length })
        return old.length
      }),

    forgetEndpoint: (endpoint) =>
      run(() => {
        for (const found of deliveriesTo(data, endpoint)) removeDelivery(found)
        for (const replay of replays.values()) {
          if (replay.endpoint === endpoint) replays.delete(replay.id)
        }
        states.delete(endpoint)
      }),

    listAttempts: (eventId, { limit, cursor }) =>
      run(() => {
        const before = seqBefore(cursor)
        const found = data.outgoing.attempts
          .filter((kept) => kept.eventId === eventId && kept.seq < before)
          .toReversed()
        return mapPage(pageOf(found, limit, cursorAfterSeq), ({ attempt }) => ({ ...attempt }))
      }),

    purgeAttempts: (before, most) =>
      run(() => {
        const kept = data.outgoing.attempts.filter(({ attempt }) => attempt.at >= before)
        const gone = data.outgoing.attempts.length - Math.min(kept.length, most)
        data.outgoing.attempts = most === 0 ? [] : kept.slice(-most)
        return gone
      }),
  }
}
