/** The deliveries of the memory event log: dispatch, claims, ends. */
import type { Deliveries, DeliveryQueue, EndpointState } from '../deliveries'
import type { Lifecycle } from '../driver/lifecycle'
import type { Moving } from '../driver/moving'
import { afterAttempt, freshState } from '../driver/records/endpoint-states'
import {
  addDelivery,
  claimOf,
  deliveriesTo,
  findDelivery,
  isPending,
  removeDelivery,
  renewDelivery,
  waits,
} from './delivery-entries'
import { dueAt, type Entry, recordOf } from './entry'
import { findEntry, type MemoryEventLogData } from './event-log-data'
import { createMemoryEndpointStates } from './memory-endpoint-states'
import { createMemoryReplays } from './memory-replays'

/** Makes those of an event that are not done due at `now`. */
export const renewDeliveries = (data: MemoryEventLogData, entry: Entry, now: number): void => {
  for (const delivery of entry.deliveries) {
    if (delivery.record.status !== 'done') renewDelivery(data, { entry, delivery }, now)
  }
}

export const createMemoryDeliveries = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
): Deliveries & Pick<Moving, 'listKeptReplays' | 'addKeptReplays' | 'addEndpointStates'> => {
  const { states, attempts } = data.outgoing
  const stateOf = (endpoint: string): EndpointState => states.get(endpoint) ?? freshState(endpoint)

  const undispatched = () =>
    data.entries
      .filter(({ record }) => record.dispatchAt !== null && record.status !== 'pending')
      .sort((a, b) => (a.record.dispatchAt ?? 0) - (b.record.dispatchAt ?? 0) || a.seq - b.seq)

  /** Of an endpoint, what nobody holds and whose turn it is, those due longest first. */
  const takeable = (endpoint: string, now: number) => {
    const all = deliveriesTo(data, endpoint)
    return all
      .filter((found) => isPending(found) && found.delivery.leaseUntil <= now)
      .filter((found) => !waits(all, found))
      .sort((a, b) => dueAt(a.delivery) - dueAt(b.delivery) || a.delivery.seq - b.delivery.seq)
  }

  const settle: DeliveryQueue['settleDelivery'] = (settled) =>
    run(() => {
      const { id, endpoint, claim, outcome, attempt, endpointTook } = settled
      const found = findDelivery(findEntry(data, id), endpoint)
      const counts =
        found !== null &&
        found.delivery.record.status !== 'done' &&
        (found.delivery.claim === claim || outcome.status === 'done')
      if (counts && outcome.status === 'unwanted') removeDelivery(found)
      if (counts && outcome.status !== 'unwanted') {
        const { delivery } = found
        const { record } = delivery
        delivery.leaseUntil = 0
        delivery.record = {
          ...record,
          status: outcome.status,
          attempts: record.attempts + (attempt === null ? 0 : 1),
          step: outcome.status === 'pending' ? outcome.step : record.step,
          nextAttemptAt: outcome.status === 'pending' ? outcome.nextAttemptAt : null,
          lastError: outcome.status === 'done' ? null : outcome.lastError,
        }
      }
      const before = stateOf(endpoint)
      // A delivery is gone with its endpoint, and another one may have the name by now.
      const tells = attempt !== null && found !== null
      const after = tells ? afterAttempt(before, attempt, endpointTook) : before
      if (after !== before) states.set(endpoint, after)
      if (attempt !== null) {
        const seq = (attempts.at(-1)?.seq ?? 0) + 1
        const { suiteId = null, corpid = null } = findEntry(data, id)?.record ?? {}
        data.outgoing.attempts.push({
          seq,
          eventId: id,
          suiteId,
          corpid,
          attempt: { ...attempt },
        })
      }
      return { result: counts ? 'settled' : 'superseded', before, after }
    })

  return {
    listUndispatched: (now, limit) =>
      run(() =>
        undispatched()
          .filter(({ record }) => (record.dispatchAt ?? 0) <= now)
          .slice(0, limit)
          .map(recordOf),
      ),

    nextDispatchAt: () => run(() => undispatched().at(0)?.record.dispatchAt ?? null),

    dispatch: (outgoing, now) =>
      run(() => {
        for (const { id, body, endpoints } of outgoing) {
          const entry = findEntry(data, id)
          if (!entry || entry.record.dispatchAt === null || entry.record.status === 'pending') {
            continue
          }
          entry.record = { ...entry.record, dispatchAt: null, outgoing: body }
          for (const { name, ordered, dueAt } of endpoints) {
            addDelivery(data, entry, {
              endpoint: name,
              status: 'pending',
              attempts: 0,
              step: 0,
              ordered,
              dispatchedAt: now,
              nextAttemptAt: dueAt,
              lastError: null,
            })
          }
        }
      }),

    claimDeliveries: ({ endpoint, now, leaseMs, freshSince, limit, backlogLimit }) =>
      run(() => {
        const due = takeable(endpoint, now).filter(({ delivery }) => dueAt(delivery) <= now)
        const isFresh = ({ delivery }: (typeof due)[number]) =>
          delivery.record.dispatchedAt >= freshSince
        const fresh = due.filter(isFresh).slice(0, limit)
        const rest = Math.max(Math.min(limit - fresh.length, backlogLimit), 0)
        const backlog = due.filter((found) => !isFresh(found)).slice(0, rest)
        return [...fresh, ...backlog].map((found) => claimOf(found, now + leaseMs))
      }),

    claimDelivery: (id, endpoint, now, leaseMs) =>
      run(() => {
        const all = deliveriesTo(data, endpoint)
        const found = findDelivery(findEntry(data, id), endpoint)
        if (!found || !isPending(found) || found.delivery.leaseUntil > now) return null
        if (!waits(all, found)) return claimOf(found, now + leaseMs)
        const { delivery } = found
        const nextAttemptAt = Math.min(dueAt(delivery), now)
        delivery.record = { ...delivery.record, nextAttemptAt }
        return null
      }),

    settleDelivery: settle,

    nextDeliveryAt: (endpoint, now) =>
      run(() => takeable(endpoint, now).at(0)?.delivery.record.nextAttemptAt ?? null),

    ...createMemoryEndpointStates(data, run),
    ...createMemoryReplays(data, run),
  }
}
