/** The deliveries of the memory event log. */
import type { Deliveries } from '../deliveries'
import type { Lifecycle } from '../driver/lifecycle'
import { dueAt, isDue, recordOf, settleWork } from './entry'
import { findEntry, type MemoryEventLogData } from './event-log-data'

export const createMemoryDeliveries = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
): Deliveries => ({
  claimDeliveries: (now, leaseMs, limit) =>
    run(() => {
      const due = data.entries
        .filter(({ record }) => record.status !== 'pending')
        .flatMap((entry) => entry.deliveries.map((delivery) => ({ entry, delivery })))
        .filter(({ delivery }) => isDue(delivery, now))
        .sort((a, b) => dueAt(a.delivery) - dueAt(b.delivery))
        .slice(0, limit)
      for (const { delivery } of due) delivery.leaseUntil = now + leaseMs
      return due.map(({ entry, delivery }) => ({
        endpoint: delivery.record.endpoint,
        attempts: delivery.record.attempts,
        event: recordOf(entry),
      }))
    }),

  settleDelivery: (id, endpoint, settlement) =>
    run(() => {
      const deliveries = findEntry(data, id)?.deliveries ?? []
      settleWork(
        deliveries.find(({ record }) => record.endpoint === endpoint),
        settlement,
      )
    }),
})
